/** A job that blocks the event loop of its process: the others go back to their queues, and it is named. */
import { writeFile } from "node:fs/promises";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { keysLeft } from "../support/keys-left.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { application, startTsqCommand } from "../support/tsq-command.ts";
import type { TsqCommand } from "../support/tsq-command.ts";

// A loop ends when a file is there, so that no test depends on how fast a machine is.
const JOBS = `
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "tsq";
// Never back to the event loop, and yet it leaves the machine to the others.
const nobody = new Int32Array(new SharedArrayBuffer(4));
const spin = (file) => { while (!existsSync(file)) Atomics.wait(nobody, 0, 0, 5); };
const helper = async (file) => { await sleep(10); spin(file); };
export const sync = defineJob("SyncLoopJob", (_job, file) => spin(file));
export const later = defineJob("LaterLoopJob", async (job, file) => { await sleep(50); spin(file); });
export const failing = defineJob("FailingLoopJob", async (job, file) => { spin(file); await sleep(300); throw new Error("spun"); });
export const fast = defineJob("FastJob", () => {});
export const hidden = defineJob("HiddenLoopJob", async (job, file) => helper(file));
export const native = defineJob("NativeLoopJob", (_job, file) => { execFileSync("sh", ["-c", 'until [ -e "$0" ] || ! kill -0 $PPID; do sleep 0.05; done', file]); });
export const slow = defineJob("SlowJob", async (job, file) => { while (!existsSync(file)) await sleep(20); throw new Error("too late"); });
export const configureWorker = (options) => ({ ...options, blockedLoopTimeoutMs: 500 });
`;

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

/** A worker, and what ends its loops: a file in its folder. */
const work = async (): Promise<{ readonly command: TsqCommand; readonly cwd: string }> => {
  const cwd = application({ "jobs.mjs": JOBS });
  const command = startTsqCommand(["work", "--redis", server.url, "-t", "0"], { cwd });
  await command.logged(/^Ready/);
  return { command, cwd };
};

const push = async (name: string, file: string): Promise<string> => {
  const text = payloadText({ class: name, jid: name, args: [file] });
  await pushTexts(redis, [text]);
  return text;
};

const started = (command: TsqCommand, name: string): Promise<void> =>
  eventually(() =>
    expect(command.log().filter(({ msg, jid }) => msg === "start" && jid === name)).toHaveLength(1),
  );

/** What the blocked process still has, in slots and on pads. */
const held = async (): Promise<readonly string[]> => {
  const hashes = await redis.keys("tsq:in-flight:*");
  const slots = await Promise.all(hashes.map((key) => redis.hgetall(key)));
  const lists = await redis.keys("tsq:pad:*");
  const pads = await Promise.all(lists.map((key) => redis.lrange(key, 0, -1)));
  const values = slots.flatMap((hash) => Object.entries(hash).filter(([slot]) => !slot.startsWith("#")));
  return [...values.map(([, value]) => value), ...pads.flat()];
};

describe("a job that blocks the event loop", () => {
  test.each(["SyncLoopJob", "LaterLoopJob"])(
    "is named and keeps its place, and the jobs beside it go back and stay in their queue: %s",
    async (name) => {
      const { command, cwd } = await work();
      const other = await push("SlowJob", `${cwd}/never`);
      await started(command, "SlowJob");

      const blocking = await push(name, `${cwd}/never`);

      await eventually(async () => {
        expect(await redis.lrange("queue:default", 0, -1)).toEqual([other]);
        expect(await held()).toEqual([blocking]);
      });
      // Its pad had been waiting for a job, and took the first that went back.
      await eventually(async () => expect(await redis.client("LIST")).not.toMatch(/ flags=b .* cmd=blmove/));
      await eventually(async () => {
        expect(await redis.lrange("queue:default", 0, -1)).toEqual([other]);
        expect(await held()).toEqual([blocking]);
      });
      expect(command.output()).toMatch(
        new RegExp(
          `^tsq: The event loop has been blocked for 0\\.5 s by ${name} jid=${name}, at .*spin \\(\\S+jobs\\.mjs:\\d+\\) ← .*Other jobs given back: 1\\.$`,
          "m",
        ),
      );
      expect(await redis.keys("tsq:rescues:*")).toEqual([]);
    },
  );

  test.each(["SyncLoopJob", "LaterLoopJob"])("runs once when it ends after all: %s", async (name) => {
    const { command, cwd } = await work();
    const other = await push("SlowJob", `${cwd}/given-back`);
    await started(command, "SlowJob");
    await push(name, `${cwd}/end`);
    await eventually(async () => expect(await redis.lrange("queue:default", 0, -1)).toEqual([other]));

    // Others run it, so that this worker does not.
    await redis.rename("queue:default", "queue:elsewhere");
    await end(`${cwd}/end`);
    await eventually(() => expect(command.log()).toContainEqual(doneOf(name)));
    await end(`${cwd}/given-back`);
    await command.logged(/^The event loop has been blocked/);
    await eventually(async () => expect(await held()).toEqual([]));
    command.signal("SIGTERM");
    const { code } = await command.ended;

    expect(code).toBe(0);
    expect(command.log().filter(({ msg, jid }) => msg === "start" && jid === name)).toHaveLength(1);
    expect(await redis.lrange("queue:elsewhere", 0, -1)).toEqual([other]);
    expect(await redis.exists("queue:default", "retry", "dead")).toBe(0);
    expect(await keysLeft(redis)).toEqual([]);
  });

  test("is retried when it fails after all, and the others' failures change nothing", async () => {
    const { command, cwd } = await work();
    const other = await push("SlowJob", `${cwd}/given-back`);
    await started(command, "SlowJob");
    await push("FailingLoopJob", `${cwd}/end`);
    await eventually(async () => expect(await redis.lrange("queue:default", 0, -1)).toEqual([other]));

    await redis.rename("queue:default", "queue:elsewhere");
    await end(`${cwd}/given-back`);
    await end(`${cwd}/end`);
    await eventually(async () => expect(await redis.zcard("retry")).toBe(1));
    await eventually(async () => expect(await held()).toEqual([]));

    expect(await redis.zrange("retry", 0, "-1")).toEqual([expect.stringContaining("FailingLoopJob")]);
    expect(await redis.lrange("queue:elsewhere", 0, -1)).toEqual([other]);
    expect(command.log().filter(({ msg, jid }) => msg === "start" && jid === "FailingLoopJob")).toHaveLength(
      1,
    );
  });
});

test("a job that blocks stays on its pad whatever its capsule was before", async () => {
  const { command, cwd } = await work();
  const [owner = ""] = await redis.hkeys("tsq:owners");
  // As a rescue and a recovery leave it, and a beat that knew nothing of these.
  await redis.set(`tsq:rescued:${owner}`, "1");
  await redis.del(`tsq:in-flight:${owner}`);
  await push("FastJob", "");
  await eventually(() => expect(command.log()).toContainEqual(doneOf("FastJob")));
  // A job that has landed runs before the call that finds out.
  await eventually(async () => expect(await redis.hkeys("tsq:owners")).toEqual([owner.replace(/~0$/, "~1")]));
  await redis.hset("tsq:owners", owner, '["default"]');
  await eventually(async () => expect(await redis.client("LIST")).toMatch(/ flags=b .* cmd=blmove/));

  const blocking = await push("SyncLoopJob", `${cwd}/end`);
  await eventually(() => expect(command.output()).toMatch(/^tsq: The event loop has been blocked/m));

  expect(await held()).toEqual([blocking]);
  expect(await redis.exists("queue:default")).toBe(0);
  await end(`${cwd}/end`);
  await eventually(() => expect(command.log()).toContainEqual(doneOf("SyncLoopJob")));
  // It would take what the next test pushes.
  command.signal("SIGTERM");
  expect((await command.ended).code).toBe(0);
});

/** As JSON.stringify could not write them, or String() could not read them. */
const ODD_JIDS = { deep: "[".repeat(50_000) + "]".repeat(50_000), odd: '{"toString":1}' };

test.each(Object.entries(ODD_JIDS))(
  "a job that blocks is found whatever its jid holds: %s",
  async (_, jid) => {
    const { command, cwd } = await work();
    const other = await push("SlowJob", `${cwd}/never`);
    await started(command, "SlowJob");

    await pushTexts(redis, [`{"class":"SyncLoopJob","args":["${cwd}/go"],"jid":${jid}}`]);

    await eventually(async () => expect(await redis.lrange("queue:default", 0, -1)).toEqual([other]));
    await eventually(() => expect(command.output()).toContain("by SyncLoopJob jid=(none)"));
    await end(`${cwd}/go`);
    command.signal("SIGTERM");
    expect((await command.ended).code).toBe(0);
  },
);

test("when nobody can tell which job blocks the event loop, none is given back, and the line that does is named", async () => {
  const { command, cwd } = await work();
  await push("SlowJob", `${cwd}/never`);
  await started(command, "SlowJob");

  await push("HiddenLoopJob", `${cwd}/never`);

  await eventually(() =>
    expect(command.output()).toMatch(
      /^tsq: The event loop has been blocked for 0\.5 s by something that cannot be told, at .*spin \(\S+jobs\.mjs:\d+\) ← .*No job is given back/m,
    ),
  );
  expect(await held()).toHaveLength(2);
});

test("when a job blocks the event loop in native code, none is given back either, and it ends as it should", async () => {
  const { command, cwd } = await work();
  const other = await push("SlowJob", `${cwd}/never`);
  await started(command, "SlowJob");

  const blocking = await push("NativeLoopJob", `${cwd}/end`);

  await eventually(() =>
    expect(command.output()).toMatch(
      /^tsq: The event loop has been blocked for 0\.5 s by something that cannot be told.*No job is given back/m,
    ),
  );
  expect((await held()).map((value) => value.replace(/^\n.*\n/, "")).toSorted()).toEqual(
    [other, blocking].toSorted(),
  );
  expect(await redis.exists("queue:default")).toBe(0);
  await end(`${cwd}/end`);
  await eventually(() => expect(command.log()).toContainEqual(doneOf("NativeLoopJob")));
});

const end = async (file: string): Promise<void> => writeFile(file, "");

const doneOf = (jid: string): unknown => expect.objectContaining({ msg: "done", jid });
