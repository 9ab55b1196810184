/** Moves of a dead process that a network delivers after its rescue take no job; a process that was only frozen wakes as before. */
import { rescue as lateRescue } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import { payloadText } from "../../support/payload-text.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withPads } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";
import type { Rescuer } from "../../support/inside-worker.ts";

withPads();

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
  await workers.redis.flushdb();
  await workers.end();
});
afterAll(() => server.stop());

const padOf = ({ identity }: Capsule, queue = "a"): string => `tsq:pad:${identity}~default:${queue}`;

/** A minute after the last beat, by another process: the second look rescues. */
const rescue = async ({ identity }: Capsule): Promise<void> => {
  await workers.redis.del(identity);
  await rescuer.look();
  await rescuer.look();
};

const killed = async (queues: readonly string[]): Promise<Capsule> => {
  const victim = new Capsule(workers, { queues });
  await victim.idle(queues.length);
  victim.fetch.disconnect();
  await eventually(async () => expect(await blocked()).toBe(0));
  return victim;
};

const blocked = async (): Promise<number> =>
  Number(/blocked_clients:(\d+)/.exec(await workers.redis.info("clients"))?.[1]);

const push = (jid: string, queue = "a"): Promise<number> =>
  workers.redis.lpush(`queue:${queue}`, payloadText({ queue, jid }));

const jidsOf = ({ units }: Capsule): readonly string[] =>
  units.map((unit) => (JSON.parse(unit.text) as { jid: string }).jid);

test("a move that arrives after the rescue takes no job, from any of its queues", async () => {
  const victim = await killed(["a", "b"]);
  await rescue(victim);
  await push("first", "b");

  await expect(workers.redis.blmove("queue:b", padOf(victim, "b"), "RIGHT", "LEFT", 1)).rejects.toThrow(
    "WRONGTYPE",
  );
  expect(await workers.redis.llen("queue:b")).toBe(1);
  await expect(workers.redis.lmove("queue:b", padOf(victim, "a"), "RIGHT", "LEFT")).rejects.toThrow(
    "WRONGTYPE",
  );
});

test("a move that arrives after the rescue and waits leaves the job that comes to it where it is", async () => {
  const victim = await killed(["a"]);
  await rescue(victim);
  const other = workers.redis.duplicate();

  const refused = other.blmove("queue:a", padOf(victim), "RIGHT", "LEFT", 30).then(
    () => undefined,
    (error: Error) => error.message,
  );
  await eventually(async () => expect(await blocked()).toBe(1));
  await push("first");

  expect(await refused).toContain("WRONGTYPE");
  expect(await workers.redis.llen("queue:a")).toBe(1);
  other.disconnect();
});

test("what closes a pad goes within an hour, and its owner is known no more", async () => {
  const victim = await killed(["a"]);
  await rescue(victim);

  expect(await workers.redis.exists("tsq:owners")).toBe(0);
  const seconds = await workers.redis.ttl(padOf(victim));
  expect(seconds).toBeGreaterThan(3_500);
  expect(seconds).toBeLessThanOrEqual(3_600);
});

test("a process that was only frozen takes jobs by its pads again", async () => {
  const frozen = new Capsule(workers, { queues: ["a"], onUnit: (unit) => unit.acknowledge() });
  await frozen.idle();
  await rescue(frozen);
  expect(await workers.redis.get(padOf(frozen))).toBe("closed");

  await push("after");
  await eventually(() => expect(jidsOf(frozen)).toEqual(["after"]));
  await eventually(async () => expect(await workers.redis.hlen("tsq:owners")).toBe(1));
  await frozen.untilArmed(1);

  expect(await workers.redis.exists(padOf(frozen))).toBe(0);
  await push("by the pad");
  await eventually(() => expect(jidsOf(frozen)).toEqual(["after", "by the pad"]));
  await frozen.fetch.stop();
  expect(await workers.redis.keys("tsq:*")).toEqual([expect.stringMatching(/^tsq:rescued:/)]);
});

test("a process that is told to stop as soon as it is not frozen any more leaves no owner behind", async () => {
  const frozen = new Capsule(workers, { queues: ["a", "b"] });
  await frozen.idle(2);
  const owners = await workers.redis.hgetall("tsq:owners");
  await rescue(frozen);
  // Its first beat writes down what it knows.
  await workers.redis.hset("tsq:owners", owners);

  await frozen.fetch.stop();

  expect(await workers.redis.exists("tsq:owners")).toBe(0);
});

test("a process that was frozen and then killed is rescued, and its pads are closed again", async () => {
  const victim = new Capsule(workers, { queues: ["a"], onUnit: (unit) => unit.acknowledge() });
  await victim.idle();
  await rescue(victim);
  await push("after");
  await eventually(() => expect(jidsOf(victim)).toEqual(["after"]));
  await eventually(async () =>
    expect(await workers.redis.hkeys("tsq:owners")).toEqual([`${victim.identity}~default~1`]),
  );
  victim.fetch.disconnect();
  await eventually(async () => expect(await blocked()).toBe(0));

  await rescue(victim);

  expect(await workers.redis.exists("tsq:owners")).toBe(0);
  expect(await workers.redis.get(padOf(victim))).toBe("closed");
});

test("a rescue that arrives after its process became another owner closes no pad", async () => {
  const frozen = new Capsule(workers, { queues: ["a"], onUnit: (unit) => unit.acknowledge() });
  await frozen.idle();
  await rescue(frozen);
  await push("after");
  await frozen.untilArmed(1);
  await eventually(async () => expect(await workers.redis.exists(padOf(frozen))).toBe(0));
  await workers.redis.del(frozen.identity);

  const owner = `${frozen.identity}~default~0`;
  await lateRescue(
    workers.redis,
    {
      inFlight: `tsq:in-flight:${owner}`,
      beat: frozen.identity,
      owners: "tsq:owners",
      queues: "queues",
      rescued: `tsq:rescued:${owner}`,
      targets: ["queue:a"],
      pads: [padOf(frozen)],
      counts: [],
    },
    {
      owner,
      plan: {
        slots: [],
        digests: [],
        targets: [],
        landed: [],
        queues: 1,
        last: true,
        calls: [],
        spared: [],
      },
      mark: "1",
    },
  );

  expect(await workers.redis.exists(padOf(frozen))).toBe(0);
  await frozen.fetch.stop();
});

test("a key of another kind at a pad is neither changed nor in the way of a rescue", async () => {
  const victim = await killed(["a", "b"]);
  await workers.redis.hset(padOf(victim), "of", "somebody");

  await rescue(victim);

  expect(await workers.redis.hgetall(padOf(victim))).toEqual({ of: "somebody" });
  expect(await workers.redis.hlen("tsq:owners")).toBe(1);
});

test("a process that beat once more after its rescue, and died, is struck off again", async () => {
  const victim = await killed(["a"]);
  const owners = await workers.redis.hgetall("tsq:owners");
  await rescue(victim);
  await workers.redis.hset("tsq:owners", owners);

  await rescue(victim);

  expect(await workers.redis.exists("tsq:owners")).toBe(0);
});
