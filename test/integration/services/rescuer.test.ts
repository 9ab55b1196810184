/** The jobs of a process that died come back to their queues, once. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import type { Rescuer } from "../../support/inside-worker.ts";
import { outage } from "../../support/outage.ts";
import { payloadText } from "../../support/payload-text.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const IDENTITY = "web:1:abc";
const OWNER = `${IDENTITY}~default~0`;
const CLOSED_PAD = `tsq:pad:${OWNER.slice(0, -2)}:a`;
const IN_FLIGHT = `tsq:in-flight:${OWNER}`;

let server: TestRedis;
let workers: TestWorkers;
let rescuers: Rescuer[] = [];
let errors: unknown[] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(async () => {
  await Promise.all(rescuers.map((rescuer) => rescuer.stop()));
  rescuers = [];
  errors = [];
  workers.log.length = 0;
});
afterAll(async () => {
  await workers.end();
  await server.stop();
});

const rescuer = (onRescued: (jids: readonly string[]) => void = () => {}): Rescuer => {
  const made = rescuerFor({
    redis: workers.target,
    suspectMs: 0,
    onRescued,
    log: workers.logger,
    outage: outage((error) => errors.push(error)),
    onError: (error) => errors.push(error),
  });
  rescuers.push(made);
  return made;
};

/** What a process leaves that dies with these slots, once its heartbeat has expired. */
const dies = async (
  slots: Readonly<Record<string, string | Buffer>>,
  queues: readonly string[] = ["a"],
): Promise<void> => {
  await workers.redis.hset("tsq:owners", OWNER, JSON.stringify(queues));
  const fields: (string | number | Buffer)[] = ["#0", 7, "#1", 3];
  for (const [slot, value] of Object.entries(slots)) fields.push(slot, value);
  await workers.redis.hset(IN_FLIGHT, ...fields);
};

/** The second look rescues. */
const twice = async (one = rescuer()): Promise<number> => (await one.look()) + (await one.look());

const waiting = async (queue: string): Promise<readonly string[]> =>
  workers.redis.lrange(`queue:${queue}`, 0, -1);
const ownKeys = async (): Promise<readonly string[]> => (await workers.redis.keys("tsq:*")).toSorted();

describe("a process that died", () => {
  test("has its jobs brought back at the second look, to be the next ones of their queues", async () => {
    await workers.redis.lpush("queue:a", "waiting");
    const [bare, other] = [payloadText({ queue: "a" }), payloadText({ queue: "b" })];
    await dies({ "00": bare, "01": `\nc\n${other}` }, ["a", "c"]);
    const one = rescuer();

    expect(await one.look()).toBe(0);
    expect(await one.look()).toBe(2);

    expect(await waiting("a")).toEqual(["waiting", bare]);
    expect(await waiting("c")).toEqual([other]);
    expect((await workers.redis.smembers("queues")).toSorted()).toEqual(["a", "c"]);
  });

  test("has its jobs told by their jids to whoever asked, poison pills not among them", async () => {
    const told: (readonly string[])[] = [];
    await dies({ "00": payloadText({ jid: "back" }), "01": payloadText({ jid: "pill" }) });
    await workers.redis.set("tsq:rescues:pill", 3);

    await twice(rescuer((jids) => told.push(jids)));

    expect(told).toEqual([["back"]]);
  });

  test("leaves nothing but its mark, its closed pads and the counts of its jobs, which expire", async () => {
    await dies({ "00": payloadText({ queue: "a", jid: "j" }) });

    await twice();

    expect(await ownKeys()).toEqual([CLOSED_PAD, `tsq:rescued:${OWNER}`, "tsq:rescues:j"]);
    for (const key of await ownKeys()) expect(await workers.redis.ttl(key)).toBeGreaterThan(0);
  });

  test("loses no byte of its jobs, whatever they hold", async () => {
    const all = [
      Buffer.from('{"class":"A","queue":"a","args":["\xff\xfe"]}', "latin1"),
      Buffer.from('{"class" : "A", "args":[12345678901234567890,1.0]}'),
      Buffer.from("not json"),
      Buffer.from("\n\nlines\n"),
      Buffer.from([0, 255, 10, 13]),
      Buffer.from(""),
    ];
    const slots = all.map(
      (bytes, i) => [`0${i}`, i === 0 ? bytes : Buffer.concat([Buffer.from("\na\n"), bytes])] as const,
    );
    await dies(Object.fromEntries(slots));

    expect(await twice()).toBe(all.length);

    const back = (await workers.redis.lrangeBuffer("queue:a", 0, -1)).map((one) => one.toString("latin1"));
    expect(back.toSorted()).toEqual(all.map((one) => one.toString("latin1")).toSorted());
    expect(errors).toEqual([]);
  });

  test("has what landed on its pads brought back", async () => {
    await dies({}, ["a", "b"]);
    await workers.redis.lpush(`tsq:pad:${IDENTITY}~default:b`, "landed");

    expect(await twice()).toBe(1);

    expect(await waiting("b")).toEqual(["landed"]);
    expect(await workers.redis.exists("tsq:owners")).toBe(0);
  });

  test("with more jobs than go into one call has them all brought back", async () => {
    const slots = Array.from({ length: 1_203 }, (_, i) => {
      const slot = i.toString(36).padStart(2, "0");
      return [slot, payloadText({ queue: `q${i % 3}`, jid: `j${i}` })] as const;
    });
    await dies(Object.fromEntries(slots), ["q0", "q1", "q2"]);

    expect(await twice()).toBe(1_203);

    expect((await waiting("q0")).length + (await waiting("q1")).length + (await waiting("q2")).length).toBe(
      1_203,
    );
    expect(await workers.redis.exists(IN_FLIGHT, "tsq:owners")).toBe(0);
  });

  test("has its jobs brought back once, however many rescuers look", async () => {
    const slots = Array.from(
      { length: 700 },
      (_, i) => [i.toString(36).padStart(2, "0"), payloadText({ queue: "a" })] as const,
    );
    await dies(Object.fromEntries(slots));
    const all = [rescuer(), rescuer(), rescuer()];
    for (const one of all) await one.look();

    const rescued = await Promise.all(all.map((one) => one.look()));

    expect(rescued.reduce((sum, count) => sum + count)).toBe(700);
    expect(new Set(await waiting("a")).size).toBe(700);
    expect(await workers.redis.llen("queue:a")).toBe(700);
  });

  test("is found although its owner's record cannot be read", async () => {
    await dies({ "00": "\na\njob" });
    await workers.redis.hset("tsq:owners", OWNER, "not json");

    expect(await twice()).toBe(1);
    expect(await waiting("a")).toEqual(["job"]);
  });

  test("leaves the jobs of others alone", async () => {
    await dies({ "00": "\na\njob" });
    await workers.redis.hset("tsq:owners", "other:2:def~default~0", '["a"]');
    await workers.redis.hset("other:2:def", "beat", 1);
    await workers.redis.hset("tsq:in-flight:other:2:def~default~0", "#0", 1, "00", "\na\nother");

    expect(await twice()).toBe(1);

    expect(await workers.redis.hget("tsq:in-flight:other:2:def~default~0", "00")).toBe("\na\nother");
    expect(await workers.redis.hkeys("tsq:owners")).toEqual(["other:2:def~default~0"]);
  });
});

describe("a process that lives", () => {
  test("keeps its jobs", async () => {
    await dies({ "00": "\na\njob" });
    await workers.redis.hset(IDENTITY, "beat", 1);
    const one = rescuer();

    for (let looks = 0; looks < 3; looks++) expect(await one.look()).toBe(0);

    expect(await workers.redis.hget(IN_FLIGHT, "00")).toBe("\na\njob");
  });

  test("and beats again between two looks is suspected anew", async () => {
    await dies({ "00": "\na\njob" });
    const one = rescuer();
    await one.look();
    await workers.redis.hset(IDENTITY, "beat", 1);
    await one.look();
    await workers.redis.del(IDENTITY);

    expect(await one.look()).toBe(0);
    expect(await one.look()).toBe(1);
  });

  test("is not taken for dead by a rescuer that had lost its connection", async () => {
    await dies({ "00": "\na\njob" });
    const one = rescuer();
    await one.look();
    const before = await workers.connections();

    for (const id of before) await workers.redis.client("KILL", "ID", id);
    await eventually(async () => {
      const after = await workers.connections();
      expect(after.length > 0 && after.every((id) => !before.includes(id))).toBe(true);
    });

    expect(await one.look()).toBe(0);
    expect(await one.look()).toBe(1);
  });
});

describe("a job that has killed its process", () => {
  const diesWith = async (payload: string | Buffer): Promise<number> => {
    await workers.redis.del("queue:a");
    await dies({ "00": payload });
    return twice();
  };

  test("three times goes to the dead set at the fourth, with the reason, and no other with it", async () => {
    const pill = payloadText({ queue: "a", jid: "pill" }).replace('"args":[]', '"args" : [1.0]');
    for (let deaths = 0; deaths < 3; deaths++) expect(await diesWith(pill)).toBe(1);

    await dies({ "00": pill, "01": "\na\nharmless" });
    expect(await twice()).toBe(1);

    expect(await waiting("a")).toEqual([pill, "harmless"]);
    const [dead = ""] = await workers.redis.zrange("dead", "0", "-1");
    expect(dead.startsWith(pill.slice(0, -1))).toBe(true);
    expect(JSON.parse(dead)).toMatchObject({
      jid: "pill",
      queue: "a",
      error_class: "Tsq::PoisonPill",
      error_message: "The process that ran this job died 4 times within 72 hours",
      failed_at: expect.any(Number) as number,
    });
    expect(workers.messages(50)).toEqual([
      "Poison pill: its process died each time, the job is in the dead set",
    ]);
    expect(await workers.redis.exists(IN_FLIGHT, "tsq:owners")).toBe(0);
  });

  test("and had failed before keeps the time of its first failure", async () => {
    const pill = payloadText({ queue: "a", jid: "pill", failed_at: 1_795_451_241_069, retry_count: 2 });
    for (let deaths = 0; deaths < 4; deaths++) await diesWith(pill);

    const [dead = "{}"] = await workers.redis.zrange("dead", "0", "-1");
    expect(JSON.parse(dead)).toMatchObject({
      failed_at: 1_795_451_241_069,
      retry_count: 2,
      retried_at: expect.any(Number) as number,
    });
  });

  test("is told from other jobs without a jid", async () => {
    for (let deaths = 0; deaths < 5; deaths++) {
      expect(await diesWith(payloadText({ queue: "a", jid: undefined, args: [deaths] }))).toBe(1);
    }

    expect(await workers.redis.exists("dead")).toBe(0);
  });

  test("counts once for each death, however often it was in flight", async () => {
    const text = payloadText({ queue: "a", jid: "twin" });
    await dies({ "00": text, "01": text, "02": text, "03": text });

    expect(await twice()).toBe(4);
    expect(await diesWith(text)).toBe(1);
    expect(await workers.redis.exists("dead")).toBe(0);
  });
});

test("a rescuer that is stopped ends, also without a server", async () => {
  const one = rescuerFor({
    redis: { host: "127.0.0.1", port: 1 },
    log: workers.logger,
    onError: (error) => errors.push(error),
  });
  one.start();

  await one.stop();

  expect(errors).toEqual([]);
});
