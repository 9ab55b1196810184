/** What a process that died had on its pads: it ran already, and is rescued, counted and buried as what was in a slot. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Rescuer } from "../../support/inside-worker.ts";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import { payloadText } from "../../support/payload-text.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withPads } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

withPads();

const IDENTITY = "web:1:abc";
const OWNER = `${IDENTITY}~default~0`;
const pad = (queue: string): string => `tsq:pad:${IDENTITY}~default:${queue}`;

let server: TestRedis;
let workers: TestWorkers;
let rescuer: Rescuer;
let errors: string[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  errors = [];
  rescuer = rescuerFor({
    redis: workers.target,
    suspectMs: 0,
    log: workers.logger,
    onError: (_error, { context }) => errors.push(context),
  });
});
afterEach(async () => {
  await rescuer.stop();
  await workers.redis.flushdb();
  await workers.end();
});
afterAll(() => server.stop());

/** The second look rescues. */
const rescue = async (): Promise<number> => (await rescuer.look()) + (await rescuer.look());

/** What a process leaves that dies with these on its pads, and with these in its slots. */
const diesWith = async (
  landed: Readonly<Record<string, string | Buffer>>,
  slots: Readonly<Record<string, string>> = {},
): Promise<void> => {
  await workers.redis.hset("tsq:owners", OWNER, JSON.stringify(Object.keys(landed)));
  await workers.redis.hset(`tsq:in-flight:${OWNER}`, { "#0": 7, "#1": 3, ...slots });
  for (const [queue, text] of Object.entries(landed)) {
    // Closed when it was rescued before.
    await workers.redis.del(pad(queue));
    await workers.redis.lpush(pad(queue), text);
  }
};

const waiting = (queue: string) => workers.redis.lrange(`queue:${queue}`, 0, -1);
const deadJobs = () => workers.redis.zrange("dead", "0", "-1");
const count = (jid: string) => workers.redis.get(`tsq:rescues:${jid}`);

test("a job that kills its worker each time while it is on its pad goes to the dead set at the fourth", async () => {
  const pill = payloadText({ queue: "a", jid: "pill" });
  await workers.redis.lpush("elsewhere", pill);

  for (let deaths = 1; deaths <= 4; deaths++) {
    const victim: Capsule = new Capsule(workers, { onUnit: () => victim.fetch.disconnect() });
    await victim.idle();
    // Pushed, or back in its queue, while the worker sleeps: it comes by the pad.
    await workers.redis.lmove(deaths === 1 ? "elsewhere" : "aside", "queue:a", "RIGHT", "LEFT");
    await eventually(() => expect(victim.texts).toEqual([pill]));
    await workers.redis.del(victim.identity);

    expect(await workers.redis.llen(`tsq:pad:${victim.identity}~default:a`)).toBe(1);
    expect(await rescue()).toBe(deaths < 4 ? 1 : 0);

    await workers.redis.lmove("queue:a", "aside", "RIGHT", "LEFT");
  }

  const [dead = "{}"] = await deadJobs();
  expect(JSON.parse(dead)).toMatchObject({ jid: "pill", queue: "a", error_class: "Tsq::PoisonPill" });
  expect(await workers.redis.exists("aside", "queue:a", "tsq:owners")).toBe(0);
  expect(workers.messages(50)).toEqual([
    "Poison pill: its process died each time, the job is in the dead set",
  ]);
});

test("jobs of several pads are counted each, and the one that is a pill keeps no other from coming back", async () => {
  await workers.redis.set("tsq:rescues:pill", "3");
  const [pill, good, slow] = ["pill", "good", "slow"].map((jid) => payloadText({ queue: "b", jid }));
  await diesWith({ a: String(good), b: String(pill) }, { "00": String(slow) });

  expect(await rescue()).toBe(2);

  expect([await waiting("a"), await waiting("b")]).toEqual([[good], [slow]]);
  expect(await deadJobs()).toHaveLength(1);
  expect([await count("good"), await count("slow"), await count("pill")]).toEqual(["1", "1", "3"]);
  expect(await workers.redis.ttl("tsq:rescues:good")).toBeGreaterThan(259_000);
  expect(await workers.redis.exists("tsq:owners")).toBe(0);
  expect(await workers.redis.mget(pad("a"), pad("b"))).toEqual(["closed", "closed"]);
});

test("the count of a poison pill that was restored without an end gets one", async () => {
  await workers.redis.set("tsq:rescues:pill", "3");
  await diesWith({ a: payloadText({ jid: "pill" }) });

  await rescue();

  expect(await deadJobs()).toHaveLength(1);
  expect(await count("pill")).toBe("3");
  expect(await workers.redis.ttl("tsq:rescues:pill")).toBeGreaterThan(259_000);
});

test("a job that was on its pad and in a slot counts once for one death", async () => {
  const text = payloadText({ queue: "a", jid: "twin" });
  await diesWith({ a: text }, { "00": text });

  expect(await rescue()).toBe(2);

  expect(await count("twin")).toBe("1");
});

test("a job that is no JSON is counted by its bytes, and loses none of them", async () => {
  const garbage = Buffer.from([0, 255, 10, 13]);
  for (let deaths = 0; deaths < 3; deaths++) {
    await diesWith({ a: garbage });
    expect(await rescue()).toBe(1);
    expect(await workers.redis.lpopBuffer("queue:a")).toEqual(garbage);
  }
  await diesWith({ a: garbage });

  expect(await rescue()).toBe(0);

  expect(await workers.redis.zrangeBuffer("dead", "0", "-1")).toEqual([garbage]);
});

test("a pill that the dead set does not take stays on its pad, and goes there when it does", async () => {
  await workers.redis.set("tsq:rescues:pill", "3");
  await workers.redis.set("dead", "text");
  const [pill, good] = ["pill", "good"].map((jid) => payloadText({ jid }));
  await diesWith({ a: String(pill), b: String(good) });

  expect(await rescue()).toBe(1);
  expect(errors).toEqual(["Could not put a poison pill of queue `a` into the dead set; trying again"]);
  expect(await workers.redis.lrange(pad("a"), 0, -1)).toEqual([pill]);
  expect(await waiting("b")).toEqual([good]);
  await workers.redis.del("dead");
  await rescuer.look();

  expect(await deadJobs()).toHaveLength(1);
  expect(await workers.redis.exists("tsq:owners", "queue:a")).toBe(0);
  expect(await workers.redis.get(pad("a"))).toBe("closed");
});

test("two rescuers that look at once bury a pill once", async () => {
  await workers.redis.set("tsq:rescues:pill", "3");
  await diesWith({ a: payloadText({ jid: "pill" }) });
  await rescuer.look();

  await Promise.all([rescuer.look(), rescuer.look(), rescuer.look()]);

  expect(await deadJobs()).toHaveLength(1);
  expect(errors).toEqual([]);
});
