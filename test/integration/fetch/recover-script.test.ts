/** lua/core/recover.lua by itself: what of a hash is the worker's, what goes back to a queue, and what is over. */
import { recover, type Redis } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const CAPSULE = "web:1:abc~default";
const FORMER = `${CAPSULE}~0`;
const MARK = { never: 0, unlessOlder: 1, expected: 2 };
const FILL = { nothing: 0, job: 1, mark: 2 };
/** What a job leaves in its slot that was retried or buried. */
const MOVED = "-";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

const inFlight = (owner: string): string => `tsq:in-flight:${owner}`;
const held = (payload: string, queue = "a"): string => `\n${queue}\n${payload}`;

interface Unit {
  readonly slot: string;
  readonly text: string;
  readonly mark?: number;
  readonly fill?: number;
}

interface Call {
  readonly units?: readonly Unit[];
  readonly isRescued?: boolean;
  readonly formers?: readonly string[];
  readonly epoch?: number;
  readonly first?: number;
  readonly targets?: readonly string[];
  readonly isLast?: boolean;
  /** Jobs on the pad of queue `a`, each with the place of its unit, or 0. */
  readonly landed?: readonly { text: string; adopts: number }[];
}

const PAD = `tsq:pad:${CAPSULE}:a`;

const run = ({
  units = [],
  isRescued = false,
  formers = [],
  epoch = formers.length,
  first = 0,
  targets = ["a"],
  isLast = false,
  landed = [],
}: Call) => {
  const owner = `${CAPSULE}~${epoch}`;
  return recover(
    redis,
    {
      owners: "tsq:owners",
      inFlight: inFlight(owner),
      beat: "web:1:abc",
      queues: "queues",
      rescued: `tsq:rescued:${formers[0] ?? owner}`,
      formers: formers.map(inFlight),
      targets: targets.map((name) => `queue:${name}`),
      pads: landed.map(() => PAD),
      waiting: [PAD],
    },
    {
      owner,
      names: '["a"]',
      now: "1",
      first,
      second: 0,
      plan: {
        formers,
        targets: targets.length,
        isRescued,
        isLast,
        slots: units.map(({ slot }) => slot),
        queues: units.map(() => "a"),
        marks: units.map(({ mark = MARK.never }) => mark),
        fills: units.map(({ fill = FILL.nothing }) => fill),
        landed: landed.map(() => 1),
        adopts: landed.map(({ adopts }) => adopts),
      },
      texts: [...units, ...landed].map(({ text }) => text),
    },
  );
};

const queue = (name = "a"): Promise<readonly string[]> => redis.lrange(`queue:${name}`, 0, -1);

describe("the hash of an owner whose jobs were rescued just now", () => {
  const rescued = (units: readonly Unit[] = []) => run({ units, isRescued: true, formers: [FORMER] });

  test("holds lanes and marks, which go with it", async () => {
    await redis.hset(inFlight(FORMER), { "#0": 7, "#1": 3, "00": MOVED });

    expect(await rescued()).toEqual([1]);

    expect(await redis.exists(inFlight(FORMER), "queue:a")).toBe(0);
  });

  test("holds a job that has ended since, which is done", async () => {
    await redis.hset(inFlight(FORMER), "00", held("ended"));

    await rescued([{ slot: "00", text: "ended" }]);

    expect(await redis.exists(inFlight(FORMER), "queue:a")).toBe(0);
  });

  test("holds a job of the same slot that is another one, which goes back to where it was taken from", async () => {
    await redis.lpush("queue:a", "waits");
    await redis.hset(inFlight(FORMER), "00", held("another"));

    await rescued([{ slot: "00", text: "ended" }]);

    expect(await queue()).toEqual(["waits", "another"]);
    expect(await redis.exists(inFlight(FORMER))).toBe(0);
  });

  test("holds a job that was moved, and of which the server has forgotten that: it goes back", async () => {
    await redis.hset(inFlight(FORMER), "00", held("moved"));

    await rescued([{ slot: "00", text: "moved", mark: MARK.expected }]);

    expect(await queue()).toEqual(["moved"]);
  });
});

test("the hash of an owner before that one holds what is nobody's any more, also a job that ended since", async () => {
  const [last, first] = [`${CAPSULE}~1`, FORMER];
  await redis.hset(inFlight(first), "00", held("ended"));

  await run({ units: [{ slot: "00", text: "ended" }], isRescued: true, formers: [last, first] });

  expect(await queue()).toEqual(["ended"]);
});

test("the hash of a former owner of one who was not rescued holds what is nobody's, also a job that ended since", async () => {
  await redis.hset(inFlight(FORMER), "00", held("ended"));

  await run({ units: [{ slot: "00", text: "ended" }], formers: [FORMER] });

  expect(await queue()).toEqual(["ended"]);
});

test("nothing is done for a worker that does not know yet that its jobs were rescued", async () => {
  await redis.set(`tsq:rescued:${FORMER}`, "1");
  await redis.hset(inFlight(FORMER), "00", held("a job"));

  expect(await run({ units: [{ slot: "01", text: "mine", fill: FILL.job }] })).toEqual([-2]);

  expect(await redis.hgetall(inFlight(FORMER))).toEqual({ "00": held("a job") });
  expect(await redis.exists("tsq:owners", "queue:a")).toBe(0);
});

describe("a mark in the worker's own hash", () => {
  const own = inFlight(FORMER);
  const lanes = { "#0": 4, "#1": 0 };

  test.each([
    { of: "a job that is known to be moved", mark: MARK.expected, first: 4, isKept: true },
    {
      of: "a job that may have been moved, and the server has forgotten nothing",
      mark: MARK.unlessOlder,
      first: 4,
      isKept: true,
    },
    {
      of: "a job that may have been moved, and the server has forgotten a call",
      mark: MARK.unlessOlder,
      first: 5,
      isKept: false,
    },
    { of: "a job that runs", mark: MARK.never, first: 4, isKept: false },
  ])("of $of: kept $isKept", async ({ mark, first, isKept }) => {
    await redis.hset(own, { ...lanes, "00": MOVED });

    await run({ units: [{ slot: "00", text: "job", mark }], first });

    expect(await redis.hget(own, "00")).toBe(isKept ? MOVED : null);
    expect(await queue()).toEqual([]);
  });

  test("of no job is taken out", async () => {
    await redis.hset(own, { ...lanes, "00": MOVED });

    await run({ first: 4 });

    expect(await redis.hgetall(own)).toEqual({ "#0": "4", "#1": "0" });
  });
});

test("what is missing is written down again, as a job or as the mark of one", async () => {
  await run({
    units: [
      { slot: "00", text: "runs", fill: FILL.job },
      { slot: "01", text: "was moved", mark: MARK.expected, fill: FILL.mark },
      { slot: "02", text: "ended" },
    ],
    first: 3,
  });

  expect(await redis.hgetall(inFlight(FORMER))).toEqual({
    "#0": "3",
    "#1": "0",
    "00": held("runs"),
    "01": MOVED,
  });
});

test("a call that is late, since the worker has gone on, does nothing", async () => {
  await redis.hset(inFlight(FORMER), { "#0": 5, "#1": 0, "00": held("of a later call") });

  expect(await run({ first: 4 })).toEqual([1]);

  expect(await redis.hget(inFlight(FORMER), "00")).toBe(held("of a later call"));
  expect(await redis.exists("tsq:owners", "queue:a")).toBe(0);
});

test("each queue that the call does not name is told once or more, and nothing is done", async () => {
  await redis.hset(inFlight(FORMER), {
    "00": held("one", "x"),
    "01": held("two", "y"),
    "02": held("three", "x"),
  });

  const [outcome, ...names] = await run({});

  expect(outcome).toBe(-1);
  expect(new Set(names)).toEqual(new Set(["x", "y"]));
  expect(await redis.hlen(inFlight(FORMER))).toBe(3);
});

test("in the last round a job of a queue that is not named is put aside", async () => {
  await redis.hset(inFlight(FORMER), "00", held("one", "x"));

  expect(await run({ isLast: true })).toEqual([1]);

  expect(await redis.hgetall(inFlight(FORMER))).toEqual({ "#0": "0", "#1": "0", "!1": held("one", "x") });
});

describe("a job that landed", () => {
  const call: Call = { units: [{ slot: "00", text: "ours" }], landed: [{ text: "ours", adopts: 1 }] };

  test("and is on its pad stays there, and in no slot", async () => {
    await redis.lpush(PAD, "ours");

    expect(await run(call)).toEqual([1]);

    expect(await redis.lrange(PAD, 0, -1)).toEqual(["ours"]);
    expect(await redis.hgetall(inFlight(FORMER))).toEqual({ "#0": "0", "#1": "0" });
  });

  test("and is on its pad below others stays, and they go back to where they were taken from", async () => {
    await redis.lpush("queue:a", "waits");
    await redis.rpush(PAD, "theirs", "another", "ours");

    expect(await run(call)).toEqual([1]);

    expect(await queue()).toEqual(["waits", "theirs", "another"]);
    expect(await redis.lrange(PAD, 0, -1)).toEqual(["ours"]);
  });

  test("and is on no pad is told, and is in its slot when it is to have one", async () => {
    const gone = { text: "ended", adopts: 0 };

    expect(await run({ ...call, landed: [gone, ...(call.landed ?? [])] })).toEqual([1, 1, 2]);

    expect(await redis.hgetall(inFlight(FORMER))).toEqual({ "#0": "0", "#1": "0", "00": held("ours") });
  });

  test("stays where it is when the others on its pad can go to no queue", async () => {
    await redis.set("queue:a", "no list");
    await redis.rpush(PAD, "theirs", "ours");

    expect(await run(call)).toEqual([1, 1]);

    expect(await redis.lrange(PAD, 0, -1)).toEqual(["theirs", "ours"]);
  });
});

test("a pad that a rescuer closed is open again, and the worker is written down as alive", async () => {
  await redis.set(PAD, "closed");

  await run({});

  expect(await redis.exists(PAD)).toBe(0);
  expect(await redis.hgetall("tsq:owners")).toEqual({ [FORMER]: '["a"]' });
  expect(await redis.hgetall("web:1:abc")).toEqual({ beat: "1" });
  expect(await redis.ttl("web:1:abc")).toBeGreaterThan(50);
});
