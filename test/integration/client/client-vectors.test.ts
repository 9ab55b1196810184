import { Client, defineJob } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { scheduled } from "../../support/jobs-in-redis.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { slowMembers } from "../../support/slow-json.ts";
import { commandOf, GENERATIONS, membersOf, scoredOf, vector } from "../../support/vectors.ts";

const PUSHES = ["sadd", "lpush", "zadd"] as const;
const YEAR_2100 = 4_102_444_800;

let redis: TestRedis;
let proxy: TcpProxy;
let client: Client;

beforeAll(async () => {
  redis = await startRedis();
  await CommandTap.load(redis.client());
});
beforeEach(async () => {
  await redis.client().flushdb();
  proxy = await TcpProxy.listen(redis.port);
});
afterEach(async () => {
  await client.close();
  await proxy.stop();
});
afterAll(() => redis.stop());

/** A payload with a word for its jid and for the shape of each of its times. */
const shape = (text: string): string =>
  text
    .replace(/"jid":"[0-9a-f]{24}"/, '"jid":"<jid>"')
    .replaceAll(/_at":\d{10}\.\d+/g, '_at":"<float seconds>"')
    .replaceAll(/_at":\d{13}(?=[,}])/g, '_at":"<ms>"');

/** The same without the order of its keys, which means nothing to Sidekiq. */
const members = (text: string): readonly string[] =>
  slowMembers(shape(text))
    .map(({ from, to }) => shape(text).slice(from, to))
    .toSorted();

/** An absolute time as it is, another by its distance from when the job was made. */
const due = (at: number, text: string): number | string => {
  const created = Number(/"created_at":([\d.]+)/.exec(text)?.[1]);
  const seconds = created > 1e11 ? created / 1000 : created;
  return at >= YEAR_2100 ? at : `${Math.round(at - seconds)} s from its creation`;
};

/** Command, key, and how many jobs it carries. */
const carried = ([name = "", key = "", ...values]: readonly string[]): string =>
  name === "sadd"
    ? `${name} ${key} ${values.join(" ")}`
    : `${name} ${key} ×${name === "zadd" ? values.length / 2 : values.length}`;

const rubyCommands = (scenario: string, version: string): readonly string[] =>
  (vector(scenario, version).commands ?? []).map((line) => carried(commandOf(line).map(String)));

const rubyQueue = (scenario: string, version: string, queue: string): readonly string[] =>
  membersOf(vector(scenario, version).keys[`queue:${queue}`]);

const rubySchedule = (scenario: string, version: string) =>
  scoredOf(vector(scenario, version).keys["schedule"]);

const database = (): string => new URL(redis.url).pathname;

const open = (version: string): CommandTap => {
  const tap = new CommandTap(proxy);
  const url = Object.assign(new URL(proxy.url), { pathname: database() }).href;
  client = new Client({ redis: url, wire: version.startsWith("8") ? 8 : 7 });
  return tap;
};

const simple = () => defineJob("SimpleJob", { client }, (_job, ..._args: readonly unknown[]) => {});

describe.each(GENERATIONS)("what Ruby Sidekiq %s wrote", (version) => {
  test("is what we write for jobs that are pushed at once, byte for byte but for ids and times", async () => {
    const tap = open(version);
    const options = defineJob(
      "OptsJob",
      {
        queue: "critical",
        retry: 5,
        backtrace: 10,
        tags: ["alpha", "b"],
        dead: false,
        retry_queue: "low",
        client,
      },
      (_job, _n: number) => {},
    );

    await simple().performAsync("hello", 42, 3.14, null, true, { k: "v", uni: "café 😀 </script> \u2028" }, [
      1,
      [2],
    ]);
    await options.set({ custom_opt: { a: 1 } }).performAsync(1);
    await client.push({ queue: "ext", class: "External::ThingJob", args: [1, "two"], retry: 3 });
    await simple()
      .set({ queue: "other", retry: false, tags: ["t1"], foo: "bar" })
      .performAsync("set-opts");

    for (const queue of ["default", "critical", "other", "ext"]) {
      const ours = await redis.client().lrange(`queue:${queue}`, 0, -1);
      expect(ours.map(shape)).toEqual(rubyQueue("enqueue", version, queue).map(shape));
    }
    expect(tap.commands(...PUSHES).map(carried)).toEqual(rubyCommands("enqueue", version));
  });

  test("is what we write for jobs with a time, but for the order of keys", async () => {
    const tap = open(version);
    const pastSeconds = Date.now() / 1000 - 100;

    await simple().performIn(3600, "in-1h");
    await simple().performAt(new Date(YEAR_2100 * 1000), "at-2100");
    await simple().performAt(YEAR_2100 + 0.123456, "at-float");
    await simple().set({ wait_until: YEAR_2100 }).performAsync("at-int-class-method");
    await client.push({ class: "SimpleJob", args: ["raw-int-at"], at: YEAR_2100 });
    await simple().performAt(pastSeconds, "past-goes-now");
    await client.push({ class: "SimpleJob", args: ["raw-past-at"], at: pastSeconds });

    const ours = await scheduled(redis.client());
    expect(new Set(ours.map(({ text, at }) => [due(at, text), members(text)]))).toEqual(
      new Set(rubySchedule("scheduled", version).map(([text, at]) => [due(at, text), members(text)])),
    );
    const now = await redis.client().lrange("queue:default", 0, -1);
    expect(now.map(members)).toEqual(rubyQueue("scheduled", version, "default").map(members));
    expect(tap.commands(...PUSHES).map(carried)).toEqual(rubyCommands("scheduled", version));
  });

  test("is what we write in bulk: the same jobs in the same commands, byte for byte", async () => {
    const tap = open(version);
    // Slices that wait for the first connection would go together.
    await client.push({ class: "SimpleJob", args: [], queue: "before" });
    tap.reset();

    await simple().performBulk([[1], [2], [3]], { batch_size: 2 });
    await client.pushBulk({
      class: "SimpleJob",
      args: [["a"], ["b"]],
      at: [YEAR_2100, YEAR_2100 + 1.5],
    });
    await client.pushBulk({ class: "SimpleJob", args: [["c"], ["d"]], at: YEAR_2100 + 100 });
    // Only 8 spreads; its random times are left out.
    if (version.startsWith("8")) await simple().performBulk([[7], [8]], { spread_interval: 60 });

    const isFixed = (at: number): boolean => at >= YEAR_2100;
    const ours = (await scheduled(redis.client())).filter(({ at }) => isFixed(at));
    const theirs = rubySchedule("bulk", version).filter(([, at]) => isFixed(at));
    expect(ours.map(({ at, text }) => [shape(text), at])).toEqual(
      theirs.map(([text, at]) => [shape(text), at]),
    );
    const now = await redis.client().lrange("queue:default", 0, -1);
    expect(now.map(shape)).toEqual(rubyQueue("bulk", version, "default").map(shape));
    expect(tap.commands(...PUSHES).map(carried)).toEqual(rubyCommands("bulk", version));
  });
});
