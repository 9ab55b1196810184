/** Waiting by CLIENT TRACKING, or by looking again and again: what wakes a capsule, and whom. */
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { named, taken, Watchers } from "../../support/watchers.ts";

const watchers = new Watchers();

// No job waits longer while a worker is idle. What calls the next one takes milliseconds.
const PROMISED_MS = 5_000;

const connections = async (): Promise<number> => (await watchers.workers.connections()).length;
const untilTold = (): Promise<unknown> =>
  eventually(() => expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(/^Redis tells/)));

describe.each(["tracking", "polling", "hybrid"] as const)("a capsule that waits by %s", (way) => {
  test("is woken by each of 16 queues that are not there yet, again and again", async () => {
    const one = await watchers.start({ way });

    for (let i = 1; i <= 64; i++) {
      await watchers.push(`q${(i * 5) % 16}`);
      if (i % 3 === 0) await eventually(() => expect(one.units).toHaveLength(i), { everyMs: 1 });
    }

    await eventually(() => expect(new Set(one.texts).size).toBe(64));
    expect(one.texts).toHaveLength(64);
  });

  test("takes from its queues in strict order", async () => {
    const one = await watchers.start({ way, concurrency: 1, onUnit: () => {} });
    await taken(await watchers.push("q0"), [one]);
    const later = [];
    for (const queue of ["q9", "q5", "q1", "q12"]) later.push(await watchers.push(queue));

    for (let i = 1; i <= 4; i++) {
      one.units.at(-1)?.acknowledge();
      await eventually(() => expect(one.units).toHaveLength(i + 1));
    }

    const [q9, q5, q1, q12] = later;
    expect(one.texts.slice(1)).toEqual([q1, q5, q9, q12]);
  });

  test("leaves a paused queue alone, and takes its jobs when the pause ends", async () => {
    const one = await watchers.start({ way });
    await taken(await watchers.push("q7"), [one]);
    one.fetch.pause(new Set(["q7"]));
    // Taken by a call that was sent since.
    await taken(await watchers.push("q8"), [one]);
    const paused = await watchers.push("q7");
    await taken(await watchers.push("q8"), [one]);
    expect(one.texts).not.toContain(paused);

    one.fetch.pause(new Set());

    await taken(paused, [one]);
  });

  test("leaves the queues to others that it leaves alone itself", async () => {
    const both = [await watchers.start({ way }), await watchers.start({ way })];
    for (const one of both) one.fetch.pause(new Set(["q7"]));
    await eventually(async () => {
      expect(both).toContain(await watchers.watchman());
      expect(both).toContain(await watchers.deputy());
      expect(await watchers.leases()).toHaveLength(2);
    });
    const third = await watchers.start({ way });
    // A watch of its own, once it has found nothing.
    await eventually(async () => expect(await watchers.leases()).toHaveLength(3));

    expect(await taken(await watchers.push("q7"), [...both, third])).toBe(third);
  });

  test("passes a queue over whose key is no list, and looks at it less and less often", async () => {
    await watchers.redis.set("queue:q7", "no list");
    const one = await watchers.start({ way });
    await taken(await watchers.push("q8"), [one]);
    await watchers.redis.config("RESETSTAT");
    const looks = (): Promise<number> => watchers.calls("evalsha");

    await eventually(async () => expect(await looks()).toBeGreaterThan(3));
    await taken(await watchers.push("q9"), [one]);

    expect(await looks()).toBeLessThan(60);
  });

  test("takes jobs when the memory is full", async () => {
    const one = await watchers.start({ way });
    await taken(await watchers.push(), [one]);
    await watchers.redis.lpush("elsewhere", "job");
    await watchers.redis.config("SET", "maxmemory", "1");

    await watchers.redis.rename("elsewhere", "queue:q7");

    await taken("job", [one]);
    await watchers.redis.config("SET", "maxmemory", "0");
  });

  test("gives its watch to another one when it stops, and leaves nothing", async () => {
    const one = await watchers.start({ way });
    await taken(await watchers.push(), [one]);

    await one.leave();

    expect(await watchers.leases()).toEqual([]);
    expect(await watchers.workers.leftovers()).toEqual([]);
  });
});

test("a hybrid takes four connections for a hundred queues, one more if others wait, and pads alone for four", async () => {
  const { redis } = watchers;
  await watchers.start({ way: "hybrid", queues: named(100) });
  await untilTold();
  await eventually(async () => expect(await connections()).toBe(4));
  expect(await redis.client("LIST")).toMatch(/ cmd=blmove /);
  expect(watchers.workers.messages()).toEqual([
    "Redis tells of jobs on 98 queues (CLIENT TRACKING); 2 queues more have a connection each",
  ]);

  await watchers.start({ way: "hybrid", queues: named(4) });
  await eventually(async () => expect(await connections()).toBe(4 + 5));
  expect(await watchers.leases()).toHaveLength(1);
  await watchers.start({ way: "hybrid", queues: named(100) });

  await eventually(async () => expect(await connections()).toBe(4 + 5 + 5));
});

test("a hybrid has its pads at the two heaviest queues", async () => {
  const one = await watchers.start({ way: "hybrid", queues: ["a,1", "b,9", "c,1", "d,1", "e,5", "f,1"] });
  await untilTold();
  const padded = (key: string): boolean => !key.includes("watch");
  await eventually(async () => {
    const blocked = await watchers.workers.connections(" cmd=blmove ");
    expect(blocked).toHaveLength(2);
  });

  // Told of nothing: nobody reads them under CLIENT TRACKING.
  await watchers.redis.lpush("queue:b", "by its pad");
  await taken("by its pad", [one]);
  await watchers.redis.lpush("queue:e", "by the other");
  await taken("by the other", [one]);

  expect((await watchers.leases()).filter(padded)).toEqual([]);
});

describe.each(["tracking", "polling", "hybrid"] as const)("of five idle capsules that wait by %s", (way) => {
  test("one is woken by a push", async () => {
    // Of two slots a call asks for one: it comes back full, and the capsule looks for more.
    const all = await watchers.fleet(5, { way, concurrency: 10 });
    await watchers.redis.config("RESETSTAT");

    for (let i = 1; i <= 20; i++) {
      await taken(await watchers.push(), all);
      // Watchman and deputy have looked again: before that neither is told.
      if (way !== "polling")
        await eventually(async () => expect(await watchers.calls("exists")).toBeGreaterThanOrEqual(2 * i));
    }

    // Once in each call of fetch.lua: one takes the job, the next gives back its slot, which is 40. If each looked it would
    // be 120, and with a deputy that does not wait 60. On a busy machine, or while they only look ten times a second, it may
    // well find one first.
    expect(await watchers.calls("hmget")).toBeLessThan(60);
    expect(all.flatMap(({ texts }) => texts)).toHaveLength(20);
  });

  test("each gets its turn when jobs take a while", async () => {
    const all = await watchers.fleet(3, {
      way,
      concurrency: 1,
      onUnit: (unit) => setTimeout(() => unit.acknowledge(), 200),
    });

    const jobs = [];
    for (let i = 0; i < 6; i++) jobs.push(await watchers.push());
    for (const job of jobs) await taken(job, all);

    expect(all.filter(({ units }) => units.length > 0).length).toBeGreaterThan(1);
    expect(all.flatMap(({ texts }) => texts)).toHaveLength(6);
  });
});

describe.each(["tracking", "polling", "hybrid"] as const)(
  "of capsules that wait by %s, and whose jobs take as long as a test",
  (way) => {
    test("each takes one of those that came together, and no one waits for a lease to end", async () => {
      const all = await watchers.fleet(6, { way, concurrency: 1, onUnit: () => {} });
      const jobs = Array.from({ length: 6 }, (_, i) => `held ${i}`);

      await watchers.redis.lpush("queue:q7", ...jobs);

      await eventually(() => expect(all.map(({ units }) => units.length)).toEqual([1, 1, 1, 1, 1, 1]), {
        timeoutMs: PROMISED_MS,
        everyMs: 2,
      });
    });
  },
);
