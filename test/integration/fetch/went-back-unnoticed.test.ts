/**
 * A server that goes back in time and closes no connection: FLUSHALL, an older file loaded into it, a proxy that leads to
 * another one. A worker that is busy makes no call that would find out; its heartbeat comes all the same.
 */
import { defineJob } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
import { payloadText } from "../../support/payload-text.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let capsules: Capsule[] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(async () => {
  for (const capsule of capsules) await capsule.leave();
  capsules = [];
  await workers.end();
});
afterAll(() => server.stop());

/** A capsule whose only slot holds a job, so that it asks for nothing. */
const busy = async (): Promise<Capsule> => {
  const one = new Capsule(workers);
  capsules.push(one);
  await workers.redis.lpush("queue:a", "job");
  await one.fetch.start();
  await eventually(async () => expect(await slots(one)).toEqual(["\na\njob"]));
  return one;
};

const inFlightOf = ({ identity }: Capsule): string => `tsq:in-flight:${identity}~default~0`;

const slots = async (one: Capsule): Promise<readonly string[]> => {
  const hash = await workers.redis.hgetall(inFlightOf(one));
  return Object.entries(hash).flatMap(([field, value]) => (field.startsWith("#") ? [] : [value]));
};

/** The second look rescues. */
const rescue = async (): Promise<number> => {
  const rescuer = rescuerFor({
    redis: workers.target,
    suspectMs: 0,
    log: workers.logger,
    onError: (error) => workers.errors.push({ error, context: { context: "" } }),
  });
  const rescued = (await rescuer.look()) + (await rescuer.look());
  await rescuer.stop();
  return rescued;
};

describe("after a beat, the job of a capsule that is busy and makes no call", () => {
  test("is written down again when all was forgotten, and a rescuer would bring it back", async () => {
    const one = await busy();
    await workers.redis.flushall();

    one.fetch.heard();
    await eventually(async () => expect(await slots(one)).toEqual(["\na\njob"]));
    await workers.redis.del(one.identity);

    expect(await rescue()).toBe(1);
    expect(await workers.redis.lrange("queue:a", 0, -1)).toEqual(["job"]);
  });

  test("is written down again when the capsule is quiet, and calls no more", async () => {
    const one = await busy();
    await one.fetch.quiet();
    await workers.redis.flushall();

    one.fetch.heard();

    await eventually(async () => expect(await slots(one)).toEqual(["\na\njob"]));
    expect(one.lost).toEqual([]);
  });

  test("is written down again when the server is the one of before its last call", async () => {
    const one = new Capsule(workers);
    capsules.push(one);
    await one.idle();
    const before = await workers.redis.hgetall(inFlightOf(one));
    await workers.redis.lpush("queue:a", "job");
    await eventually(async () => expect(await slots(one)).toEqual(["\na\njob"]));
    await workers.redis.multi().del(inFlightOf(one)).hset(inFlightOf(one), before).exec();

    one.fetch.heard();

    await eventually(async () => expect(await slots(one)).toEqual(["\na\njob"]));
    expect(one.lost).toEqual([]);
  });

  test("is left as it is when nothing was forgotten", async () => {
    const one = await busy();
    // What a recovery would give back to its queue.
    await workers.redis.hset(inFlightOf(one), "zz", "\na\nstranger");

    for (let beats = 0; beats < 5; beats++) {
      one.fetch.heard();
      await one.fetch.redis.ping();
    }

    expect((await slots(one)).toSorted()).toEqual(["\na\njob", "\na\nstranger"]);
    await workers.redis.hdel(inFlightOf(one), "zz");
  });

  test("waits for the next beat when this one's recovery is refused, which is told once", async () => {
    const one = await busy();
    await workers.redis.flushall();
    await workers.redis.set(inFlightOf(one), "no hash");

    one.fetch.heard();
    await eventually(() => expect(one.failures).toHaveLength(1));
    one.fetch.heard();
    await one.fetch.redis.ping();
    await workers.redis.del(inFlightOf(one));
    one.fetch.heard();

    await eventually(async () => expect(await slots(one)).toEqual(["\na\njob"]));
    expect(one.failures.map(({ message }) => message)).toEqual([expect.stringContaining("WRONGTYPE")]);
  });
});

test("a beat that is heard while a capsule stops writes it down no more", async () => {
  const one = new Capsule(workers);
  await one.idle();
  const { redis } = one.fetch;
  const send = redis.sendCommand.bind(redis);
  // Its lanes are gone from Redis then, as if the server had forgotten them.
  redis.sendCommand = (...args: Parameters<typeof send>) => {
    const sent = send(...args);
    if (args[0].name === "hdel") one.fetch.heard();
    return sent;
  };

  await one.fetch.stop();

  expect(await workers.redis.keys("tsq:in-flight:*")).toEqual([]);
  expect(await workers.redis.exists("tsq:owners")).toBe(0);
});

test("a worker whose slots are all full has its jobs written down again by its next beat", async () => {
  const { opened, open } = gate();
  const job = defineJob("HardJob", { queue: "a" }, () => opened);
  const worker = await workers.start({ jobs: [job], queues: ["a"], concurrency: 1 });
  const text = payloadText({ class: "HardJob", queue: "a" });
  await workers.redis.lpush("queue:a", text);
  const inFlight = `tsq:in-flight:${worker.identity}~default~0`;
  await eventually(async () => expect(await workers.redis.hvals(inFlight)).toContain(text));
  await workers.redis.flushall();

  // Its heartbeat is back at once, and beats; the connection of its fetch has noticed nothing.
  for (const id of await workers.connections(" cmd=exec ")) await workers.redis.client("KILL", "ID", id);

  await eventually(async () => expect(await workers.redis.hvals(inFlight)).toContain(`\na\n${text}`));
  open();
  await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
});
