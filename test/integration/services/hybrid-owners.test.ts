/** What `tsq:owners` has of a worker that has pads at two of many queues: what its process leaves is found by it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import type { Rescuer } from "../../support/inside-worker.ts";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { rescuerFor } from "../../support/services.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let rescuer: Rescuer;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  rescuer = rescuerFor({ redis: workers.target, suspectMs: 0, log: workers.logger });
});
afterEach(async () => {
  await rescuer.stop();
  await workers.end();
});
afterAll(() => server.stop());

const job = (queue: string): string => payloadText({ queue, jid: `of ${queue}` });
const push = (queue: string): Promise<number> => workers.redis.lpush(`queue:${queue}`, job(queue));
const padOf = ({ identity }: Capsule, queue: string): string => `tsq:pad:${identity}~default:${queue}`;

/** A minute after the last beat, by another process: the second look rescues. */
const rescue = async ({ identity }: Capsule): Promise<number> => {
  await workers.redis.del(identity);
  return (await rescuer.look()) + (await rescuer.look());
};

/** Of twenty queues `q5` and `q11` are the heaviest. */
const hybrid = async (isDone: boolean): Promise<Capsule> => {
  const queues = Array.from({ length: 20 }, (_, i) => `q${i},${i === 5 || i === 11 ? 9 : 1}`);
  const onUnit = isDone ? { onUnit: (unit: { acknowledge(): void }) => unit.acknowledge() } : {};
  const capsule = new Capsule(workers, { way: "hybrid", queues, concurrency: 4, ...onUnit });
  await capsule.fetch.start();
  return capsule;
};

test("a worker writes down the two queues that have a pad, and none of the others", async () => {
  const one = await hybrid(true);

  expect(await workers.redis.hgetall("tsq:owners")).toEqual({
    [`${one.identity}~default~0`]: '["q5","q11"]',
  });

  await one.leave();
  expect(await workers.redis.exists("tsq:owners")).toBe(0);
});

test("a worker that dies leaves what is on its pads, and what it holds of other queues, to who rescues it", async () => {
  const victim = await hybrid(false);
  await push("q3");
  await eventually(() => expect(victim.texts).toEqual([job("q3")]));
  victim.fetch.disconnect();
  await workers.redis.lpush(padOf(victim, "q11"), job("q11"));

  expect(await rescue(victim)).toBe(2);

  expect(await workers.redis.lrange("queue:q3", 0, -1)).toEqual([job("q3")]);
  expect(await workers.redis.lrange("queue:q11", 0, -1)).toEqual([job("q11")]);
  expect(await workers.redis.exists("tsq:owners")).toBe(0);
});

test("a worker that was only frozen takes jobs of all its queues again, and its pads are open", async () => {
  const frozen = await hybrid(true);
  await rescue(frozen);
  expect(await workers.redis.get(padOf(frozen, "q5"))).toBe("closed");

  for (const queue of ["q3", "q5", "q11", "q19"]) {
    await push(queue);
    await eventually(() => expect(frozen.texts).toContain(job(queue)));
  }

  await eventually(async () =>
    expect(await workers.redis.hgetall("tsq:owners")).toEqual({
      [`${frozen.identity}~default~1`]: '["q5","q11"]',
    }),
  );
  expect(await workers.redis.exists(padOf(frozen, "q5"), padOf(frozen, "q11"))).toBe(0);
  await frozen.leave();
});
