/** A server that refuses any one command on the way down, or one of them for good: what becomes of the job, and what is left. */
import { defineJob } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import type { Worker } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { requeueScript } from "../support/inside-core.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { TcpProxy } from "../support/proxy.ts";
import type { Link } from "../support/proxy.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { rescuerFor } from "../support/services.ts";
import { withPads } from "../support/with-way.ts";
import { TestWorkers } from "../support/worker.ts";

// It is looked at what a stop sends, and a watch has calls of its own.
withPads();

let server: TestRedis;
let workers: TestWorkers;
let proxies: TcpProxy[] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  reasons = [];
});
afterEach(async () => {
  await workers.end();
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  proxies = [];
});
afterAll(() => server.stop());

const BUSY = "BUSY Redis is busy running a script.";
const FORBIDDEN = "NOPERM this user has no permissions to run the command";
/** What a worker says of it: on its way down, or of a look that goes on until it is there. */
const SAID =
  /^A command on the way down failed|jobs that run go on, (?:what is fetched is safe, )?and it is tried again\.$/;
/** Stops that are tried at once: each waits until its command is sent again. */
const AT_ONCE = 5;

/** What jobs were told when they were aborted. */
let reasons: unknown[] = [];
const untilAborted = ({ signal }: JobContext): Promise<void> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener("abort", () => {
      reasons.push(signal.reason);
      reject(new Error("aborted"));
    }),
  );

interface Running {
  readonly worker: Worker;
  readonly tap: CommandTap;
  readonly text: string;
  readonly stop: () => Promise<void>;
}

/** A worker that runs one job, which ends when it is aborted. */
const running = async (fetch: "reliable" | "basic", queue: string): Promise<Running> => {
  const proxy = await TcpProxy.listen(server.port);
  proxies.push(proxy);
  const tap = new CommandTap(proxy);
  const text = payloadText({ queue });
  const worker = await workers.start({
    jobs: [defineJob("HardJob", untilAborted)],
    fetch,
    queues: [queue],
    redis: { ...workers.target, host: "127.0.0.1", port: proxy.port },
    shutdownTimeoutMs: 0,
  });
  const waits = (): number => tap.commands("blmove", "brpop").length;
  // One wait brings the job, and the next is there to be ended by the stop.
  await eventually(() => expect(waits()).toBeGreaterThan(0));
  await pushTexts(workers.redis, [text], queue);
  await eventually(() => expect(worker.running()).toHaveLength(1));
  if (fetch === "reliable") await eventually(() => expect(waits()).toBeGreaterThan(1));
  return { worker, tap, text, stop: () => workers.hurried(worker.stop()) };
};

const waiting = (queue: string): Promise<readonly string[]> => workers.redis.lrange(`queue:${queue}`, 0, -1);

/** A command and what it is about, without what is one worker's alone. */
const kindOf = (name: string, [first = ""]: readonly string[]): string =>
  `${name} ${first.toLowerCase().replace(/[0-9a-f]{12}|\d+/g, "N")}`;

/** Tells of each command from now on, and refuses those that are meant; a transaction is one command, as a whole. */
const refuse = (tap: CommandTap, reply: string, isMeant: (kind: string) => boolean): void => {
  const transactions = new Map<Link, "passes" | "is refused">();
  tap.answer((name, args, link) => {
    const transaction = transactions.get(link);
    if (transaction) {
      if (name === "exec") transactions.delete(link);
      if (transaction === "passes") return undefined;
      return name === "exec"
        ? "-EXECABORT Transaction discarded because of previous errors.\r\n"
        : `-${reply}\r\n`;
    }
    const isRefused = isMeant(kindOf(name, args));
    if (name === "multi") transactions.set(link, isRefused ? "is refused" : "passes");
    if (!isRefused) return undefined;
    return name === "multi" ? "+OK\r\n" : `-${reply}\r\n`;
  });
};

test.each([
  ["reliable", /evalsha .*client unblock|client unblock.*evalsha/s],
  ["basic", /rpush queue/],
] as const)(
  "whichever command is refused once while a worker with %s fetch stops, its job goes back, and nothing is left",
  { timeout: 180_000 },
  async (fetch, mustBeAmong) => {
    const kinds = new Set<string>();
    const first = await running(fetch, "q0");
    refuse(first.tap, BUSY, (kind) => {
      kinds.add(kind);
      return false;
    });
    await first.stop();
    expect([...kinds].join("\n")).toMatch(mustBeAmong);
    const left = [...kinds];
    let queues = 0;

    const lane = async (): Promise<void> => {
      for (let kind = left.shift(); kind !== undefined; kind = left.shift()) {
        const queue = `q${++queues}`;
        const { tap, text, stop } = await running(fetch, queue);
        let isRefused = false;
        refuse(tap, queues % 2 === 0 ? BUSY : FORBIDDEN, (one) => {
          if (isRefused || one !== kind) return false;
          return (isRefused = true);
        });
        await stop();
        expect(await waiting(queue), kind).toEqual([text]);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));

    for (const proxy of proxies) proxy.replace(undefined);
    expect(await workers.leftovers(), JSON.stringify(workers.log)).toEqual([]);
    expect(await workers.redis.smembers("processes")).toEqual([]);
    expect(workers.messages(50).filter((line) => !SAID.test(line))).toEqual([]);
    expect(workers.messages(50).length).toBeGreaterThan(0);
  },
);

test("a job that Redis never takes back into its queue stays for a rescuer, and is not told that it is there", async () => {
  const { worker, tap, text, stop } = await running("reliable", "default");
  refuse(tap, BUSY, (kind) => kind === kindOf("evalsha", [requeueScript.sha1]));

  await stop();

  expect(await waiting("default")).toEqual([]);
  expect(await workers.leftoverJobs()).toBe(1);
  expect(await workers.redis.hkeys("tsq:owners")).toEqual([`${worker.identity}~default~0`]);
  expect(reasons).toEqual([
    expect.objectContaining({
      message: "The worker stops; Redis has not said that the job is back in its queue",
    }),
  ]);
  expect(workers.messages(50).filter((line) => !SAID.test(line))).toEqual([]);
  await workers.redis.del(worker.identity);
  const rescuer = rescuerFor({ redis: workers.target, suspectMs: 0 });
  expect((await rescuer.look()) + (await rescuer.look())).toBe(1);
  await rescuer.stop();
  expect(await waiting("default")).toEqual([text]);
});
