/** Processes and what they run in one reading, for whoever reads again and again. */
import { Findings, Fleet, ProcessSet, WorkSet } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { loadVector } from "../../support/load-vector.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await redis.flushdb();
  seconds = Math.floor(Date.now() / 1_000);
});

/** When a test begins: what beat when the file began is silent by its last ones on a busy machine. */
let seconds: number;

const beat = async (identity: string, fields: Readonly<Record<string, unknown>> = {}, at = seconds) => {
  await redis.sadd("processes", identity);
  const info = { hostname: identity.split(":")[0], queues: ["default"], version: "8.1.7", ...fields };
  await redis.hset(identity, { info: JSON.stringify(info), busy: 1, beat: at, quiet: "false" });
};

const take = (identity: string, tid: string, jid: string, runAt = seconds, args: readonly unknown[] = []) => {
  const payload = JSON.stringify({ class: "HardJob", args, jid, queue: "default" });
  return redis.hset(`${identity}:work`, tid, JSON.stringify({ queue: "default", payload, run_at: runAt }));
};

const calls = async (): Promise<Readonly<Record<string, number>>> => {
  const found = (await redis.info("commandstats")).matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
  return Object.fromEntries([...found].map(([, name = "", count]) => [name, Number(count)]));
};

test.each(["6.4.1", "7.3.2", "8.0.10", "8.1.7"])(
  "of Sidekiq %s there is all that the sets of both have",
  async (version) => {
    await loadVector(redis, "heartbeat", version);
    const [processes, runs] = [await new ProcessSet({ redis }).all(), await new WorkSet({ redis }).all()];

    const fleet = await new Fleet({ redis }).read();

    expect(fleet.processes.map(({ identity, busy }) => [identity, busy])).toEqual(
      processes.map(({ identity, busy }) => [identity, busy]),
    );
    expect(fleet.runs.map(({ tid, job }) => [tid, job.jid])).toEqual(
      runs.map(({ tid, job }) => [tid, job.jid]),
    );
    expect(fleet.runs).toHaveLength(2);
  },
);

test("processes that come and go between two readings are in their order, as people count", async () => {
  const fleet = new Fleet({ redis });
  const names = async () => (await fleet.read()).processes.map(({ identity }) => identity);
  for (const name of ["web-10:1:x", "web-2:1:x"]) await beat(name);
  expect(await names()).toEqual(["web-2:1:x", "web-10:1:x"]);
  expect(await names()).toEqual(["web-2:1:x", "web-10:1:x"]);

  await beat("web-9:1:x");
  expect(await names()).toEqual(["web-2:1:x", "web-9:1:x", "web-10:1:x"]);

  // As many as before, and another one among them.
  await redis.srem("processes", "web-2:1:x");
  await beat("web-1:1:x");
  expect(await names()).toEqual(["web-1:1:x", "web-9:1:x", "web-10:1:x"]);
});

test("hundreds of processes are there, each with its runs, the longest run first", async () => {
  for (let i = 0; i < 230; i++) await beat(`host-${1_000 + i}:1:x`);
  await take("host-1200:1:x", "t1", "second", seconds - 5);
  await take("host-1001:1:x", "t1", "third", seconds - 1);
  // Its heartbeat is gone, and what it held is not yet rescued.
  await redis.sadd("processes", "gone:1:x");
  await take("gone:1:x", "t1", "first", seconds - 9);

  const { processes, runs } = await new Fleet({ redis }).read();

  expect(processes.map(({ identity }) => identity)).toEqual(
    Array.from({ length: 230 }, (_, i) => `host-${1_000 + i}:1:x`),
  );
  expect(runs.map(({ job }) => job.jid)).toEqual(["first", "second", "third"]);
});

test("what has not changed since the last reading is not parsed again, and what has changed is", async () => {
  await Promise.all([beat("a:1:x"), beat("b:1:x")]);
  await take("a:1:x", "t1", "goes-on");
  await take("b:1:x", "t1", "ends");
  await take("b:1:x", "t2", "long", seconds, ["x".repeat(20_000)]);
  const fleet = new Fleet({ redis });
  const before = await fleet.read();
  const runOf = ({ runs }: typeof before, jid: string) => runs.find(({ job }) => job.jid === jid);

  await take("b:1:x", "t1", "begins");
  await redis.hset("a:1:x", { busy: 3, quiet: "true" });
  await beat("b:1:x", { queues: ["mailers"] }, seconds + 10);
  const after = await fleet.read();

  expect(runOf(after, "goes-on")).toBe(runOf(before, "goes-on"));
  expect(runOf(after, "ends")).toBeUndefined();
  expect(runOf(after, "begins")).toBeDefined();
  // Two of 20 kB are not held for it.
  expect(runOf(after, "long")).not.toBe(runOf(before, "long"));
  expect(after.processes[0]!.info).toBe(before.processes[0]!.info);
  expect(after.processes[0]).toMatchObject({ busy: 3, isQuiet: true, queues: ["default"] });
  expect(after.processes[1]).toMatchObject({ queues: ["mailers"] });
});

test("what a process runs is asked for again when its heart has beaten, and not before", async () => {
  for (let i = 0; i < 20; i++) {
    await beat(`host-${i}:1:x`);
    await take(`host-${i}:1:x`, "t1", `jid-${i}`);
  }
  const fleet = new Fleet({ redis });
  await fleet.read();
  await redis.config("RESETSTAT");

  await take("host-3:1:x", "t1", "next");
  await beat("host-3:1:x", {}, seconds + 10);
  await redis.hset("host-4:1:x", { busy: 2 });
  await take("host-4:1:x", "t2", "more");
  await redis.del("host-5:1:x");
  const { runs } = await fleet.read();

  // Of the one that beat, of one that says another number, and of one that is gone, which may still hold something by either key.
  expect(await calls()).toMatchObject({ hmget: 20, hgetall: 4 });
  const jids = runs.map(({ job }) => job.jid).toSorted();
  expect(jids).toHaveLength(21);
  expect(jids).toEqual(expect.arrayContaining(["next", "more", "jid-5", "jid-0"]));
  expect(jids).not.toContain("jid-3");
});

test("of many runs as much is kept as there is room for, and nothing once it is told to forget", async () => {
  const MANY = 600;
  await beat("a:1:x");
  // Six bytes for each of 16,000 characters, 600 times, are 58 MB.
  for (let i = 0; i < MANY; i++) await take("a:1:x", `t${i}`, `jid-${i}`, seconds, ["x".repeat(15_900)]);
  const fleet = new Fleet({ redis });
  const before = new Map((await fleet.read()).runs.map((run) => [run.tid, run]));

  const again = await fleet.read();
  const kept = again.runs.filter((run) => before.get(run.tid) === run);
  expect(again.runs).toHaveLength(MANY);
  expect(kept.length).toBeGreaterThan(250);
  expect(kept.length).toBeLessThan(350);

  fleet.forget();
  const after = (await fleet.read()).runs.filter((run) => before.get(run.tid) === run);
  expect(after).toEqual([]);
});

test("processes are in the order in which people count, of the set as well", async () => {
  const counted = [
    "192.168.0.2:1:a",
    "192.168.0.10:1:a",
    "web-1:1:a",
    "web-2:1:a",
    "web-10:1:a",
    "web-10:1:b",
  ];
  for (const identity of counted.toReversed()) await beat(identity);

  const { processes } = await new Fleet({ redis }).read();

  expect(processes.map(({ identity }) => identity)).toEqual(counted);
  expect((await new ProcessSet({ redis }).all()).map(({ identity }) => identity)).toEqual(counted);
});

test("a reading costs two questions for each process of today's Sidekiq", async () => {
  for (let i = 0; i < 20; i++) await beat(`host-${i}:1:x`);
  await redis.config("RESETSTAT");

  await new Fleet({ redis }).read();

  expect(await calls()).toMatchObject({ hmget: 20, hgetall: 20, smembers: 1 });
});

test("findings are drawn from the reading that they are given", async () => {
  for (let i = 0; i < 20; i++) await beat(`host-${i}:1:x`);
  await redis.sadd("queues", "exports");
  await redis.lpush("queue:exports", '{"class":"ExportJob","args":[],"jid":"e","queue":"exports"}');
  const fleet = await new Fleet({ redis }).read();
  await redis.config("RESETSTAT");

  const found = await new Findings({ redis }).read({}, fleet);

  expect(found.map(({ kind }) => kind)).toEqual(["queue-unserved"]);
  expect(await calls()).not.toHaveProperty("hmget");
  expect(await calls()).not.toHaveProperty("get");
});
