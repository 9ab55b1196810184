/** A connection that dies before or after any command of a push: the job is there once, and so is its queue's name. */
import { Client, defineJob } from "@tsq/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CrashProxy } from "../../support/chaos/crash-proxy.ts";
import type { CrashPoint, Side } from "../../support/chaos/crash-proxy.ts";
import { CommandTap } from "../../support/command-tap.ts";
import { queued, scheduled } from "../../support/jobs-in-redis.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { testNativeServer } from "../../support/native-required.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const LIST = Array.from({ length: 25 }, (_, i) => i);

let redis: TestRedis;
let runs = 0;

beforeAll(async () => {
  // A transaction needs CLIENT KILL, which the embedded server has not.
  redis = await startRedis(hasNativeRedis() ? { backend: "native" } : {});
  await CommandTap.load(redis.client());
});
afterAll(() => redis.stop());

testNativeServer("pushes as transactions");

interface Pushing {
  readonly client: Client;
  /** Names that no other run uses. */
  readonly queue: string;
}

interface Scenario {
  /** What comes before the first death. */
  readonly prepare?: (pushing: Pushing) => Promise<unknown>;
  readonly push: (pushing: Pushing) => Promise<unknown>;
  /** The arguments that are there then, those of `prepare` too, in their order. */
  readonly queues: Readonly<Record<string, readonly unknown[]>>;
  readonly schedule?: readonly unknown[];
}

const job = ({ client, queue }: Pushing, suffix = "") =>
  defineJob("HardJob", { client, queue: queue + suffix }, (_job, _n: unknown) => {});

const scenarios: readonly (readonly [string, Scenario])[] = [
  ["one job", { push: (pushing) => job(pushing).performAsync(1), queues: { "": [1] } }],
  [
    "jobs of two queues and the schedule",
    {
      push: (pushing) =>
        Promise.all([
          job(pushing, "a").performAsync(1),
          job(pushing, "b").performAsync(2),
          job(pushing).performIn(60, pushing.queue),
          job(pushing, "a").performAsync(3),
        ]),
      queues: { a: [1, 3], b: [2] },
      schedule: ["queue"],
    },
  ],
  [
    "a slice that goes as a transaction",
    {
      // The first call shows the type of the key, and the second asks whether there is a fence.
      prepare: async (pushing) => {
        await job(pushing).performAsync("first");
        await job(pushing).performBulk(LIST.map((n) => [`second ${n}`]));
      },
      push: (pushing) => job(pushing).performBulk(LIST.map((n) => [n])),
      queues: { "": ["first", ...LIST.map((n) => `second ${n}`), ...LIST] },
    },
  ],
  [
    "many slices, each while another is on its way",
    {
      push: (pushing) =>
        job(pushing).performBulk(
          LIST.map((n) => [n]),
          { batch_size: 5 },
        ),
      queues: { "": LIST },
    },
  ],
  [
    "jobs of a middleware's making, one in each queue",
    {
      push: (pushing) => {
        pushing.client.use((payload, next) => {
          payload.queue = pushing.queue + (payload.args[0] as string);
          return next();
        });
        return job(pushing).performBulk([["x"], ["y"]]);
      },
      queues: { x: ["x"], y: ["y"] },
    },
  ],
];

/** Lives once; answers how many commands there were, and whether the point was among them. */
const live = async (scenario: Scenario, at?: Omit<CrashPoint, "crash">) => {
  const queue = `q${++runs}-`;
  const proxy = await CrashProxy.listen(redis.port);
  const client = new Client({ redis: proxy.url(0) });
  try {
    await scenario.prepare?.({ client, queue });
    const before = proxy.names.length;
    proxy.arm(at ? { ...at, n: before + at.n } : { n: Number.MAX_SAFE_INTEGER, side: "before" });

    await scenario.push({ client, queue });

    for (const [suffix, args] of Object.entries(scenario.queues)) {
      const there = await queued(redis.client(), queue + suffix);
      expect({ at, args: there.map((one) => one.args[0]) }).toEqual({ at, args });
      expect(await redis.client().sismember("queues", queue + suffix)).toBe(1);
    }
    const later = (await scheduled(redis.client())).filter(({ payload }) => payload.args[0] === queue);
    expect({ at, later: later.length }).toEqual({ at, later: scenario.schedule?.length ?? 0 });
    return { commands: proxy.names.slice(before), hasCrashed: proxy.hasCrashed };
  } finally {
    await client.close();
    await proxy.stop();
  }
};

describe.each(scenarios)("a connection that dies while it carries %s", (_what, scenario) => {
  test.each<Side>(["before", "after"])("%s any of its commands", async (side) => {
    const { commands } = await live(scenario);
    const points = commands.map((_, i) => ({ n: i + 1, side }));

    const lives = await Promise.all(points.map((point) => live(scenario, point)));

    expect(lives.every(({ hasCrashed }) => hasCrashed)).toBe(true);
    expect(points.length).toBeGreaterThan(0);
  });
});

test.each<Side>(["before", "after"])(
  "a connection that dies %s either call of a script that the server does not know leaves the job there once",
  async (side) => {
    const [, oneJob] = scenarios[0] as (typeof scenarios)[number];
    for (const n of [1, 2]) {
      await redis.client().script("FLUSH");

      const { commands, hasCrashed } = await live(oneJob, { n, side });

      expect(commands).toEqual(expect.arrayContaining(["evalsha", "eval"]));
      expect(hasCrashed).toBe(true);
    }
  },
);

test("what goes as a transaction dies at each of its commands", async ({ skip }) => {
  if (!hasNativeRedis()) skip("without a fence it goes by the script");
  const transaction = scenarios.find(([what]) => what.includes("transaction"))?.[1] as Scenario;

  const { commands } = await live(transaction);

  expect(commands).toEqual(["multi", "sadd", "lpush", "hset", "expire", "exec"]);
});
