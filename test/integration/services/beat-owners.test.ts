/** Who holds jobs of a living process, as its beats keep it in `tsq:owners`, whatever the capsules were before. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { Capsule } from "../../support/capsule.ts";
import { Beat, Metrics, type OwnerState } from "../../support/inside-worker.ts";
import { ownerState } from "../../support/owner-state.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const ID = "web:1:abc";

let server: TestRedis;
let redis: Redis;
let process: Beat;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
beforeEach(async () => {
  await redis.flushdb();
  process = new Beat(redis, {
    identity: ID,
    info: "{}",
    concurrency: 1,
    classes: '{"names":[],"isCut":false}',
  });
});
afterAll(() => server.stop());

const former = (epoch: number): string => `${ID}~default~${epoch}`;

const beat = async (...owners: OwnerState[]): Promise<void> => {
  await process.beat({ busy: 0, isQuiet: false, work: [], owners, metrics: new Metrics().take() }, () => {});
};

/** A job whose queue's key has another type: it cannot go back. */
const keep = (owner: string): Promise<number> => redis.hset(`tsq:in-flight:${owner}`, "!1", "\na\na job");

const owners = async (): Promise<readonly string[]> => (await redis.hkeys("tsq:owners")).toSorted();

test("a beat does not write down what a capsule was, once it has become the next owner", async () => {
  await redis.hset("tsq:owners", former(1), '["a"]');

  await beat(ownerState(`${ID}~default`, ["a"]));

  expect(await owners()).toEqual([former(1)]);
});

test("a beat of two capsules leaves out the one that has become the next owner alone", async () => {
  await redis.hset("tsq:owners", former(1), '["a"]');

  await beat(ownerState(`${ID}~default`, ["a"]), ownerState(`${ID}~mail`, ["b"]));

  expect(await owners()).toEqual([former(1), `${ID}~mail~0`]);
});

test("a beat strikes off what a capsule was, as soon as nothing is left of it", async () => {
  await redis.hset("tsq:owners", former(0), '["a"]', former(1), '["a"]');
  await keep(former(1));

  await beat(ownerState(`${ID}~default`, ["a"], 2));
  expect(await owners()).toEqual([former(1), former(2)]);

  await redis.del(`tsq:in-flight:${former(1)}`);
  await beat(ownerState(`${ID}~default`, ["a"], 2));
  expect(await owners()).toEqual([former(2)]);
});

test("a process that ends leaves to a rescuer what could not go back when its jobs had been rescued", async () => {
  await redis.hset("tsq:owners", former(0), '["a"]', former(1), '["a"]');
  await keep(former(0));

  await process.leave(new Metrics().take(), [former(0), former(1)]);

  expect(await owners()).toEqual([former(0)]);
});

test("a beat writes down a capsule that runs, when the list of owners was lost, and not one that has stopped", async () => {
  const { fetch, identity } = new Capsule(new TestWorkers(server));
  const told = (): OwnerState[] => [fetch.owner()].filter((owner) => owner !== undefined);
  await beat(...told());
  expect(await owners()).toEqual([]);
  await fetch.start();
  await redis.del("tsq:owners");

  await beat(...told());
  expect(await owners()).toEqual([`${identity}~default~0`]);

  await fetch.stop();
  await beat(...told());
  expect(await owners()).toEqual([]);
});
