/** lua/core/rescue.lua by itself: pads, counts, and a process whose event loop is blocked. */
import { createHash } from "node:crypto";
import { rescue, type Redis } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const OWNER = "web:1:abc~default~0";
const IN_FLIGHT = `tsq:in-flight:${OWNER}`;
const RESCUED = `tsq:rescued:${OWNER}`;
const PADS = ["a", "b"].map((queue) => `tsq:pad:web:1:abc~default:${queue}`);
const [PAD_A = "", PAD_B = ""] = PADS;
/** What a job leaves in its slot that was retried or buried. */
const MOVED = "-";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(async () => {
  await redis.flushdb();
  await redis.hset("tsq:owners", OWNER, '["a","b"]');
});
afterAll(() => server.stop());

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");
const held = (payload: string, queue = "a"): string => `\n${queue}\n${payload}`;

interface Rescue {
  /** What was seen in the slots, of queue `a`, and what each is counted by. */
  readonly slots?: Readonly<Record<string, { value: string; count: string }>>;
  /** Slots in which a mark was seen. */
  readonly marks?: readonly string[];
  /** What was seen on the pads, and what each is counted by. */
  readonly landed?: readonly { pad: 1 | 2; text: string; count: string }[];
  readonly calls?: readonly string[];
  readonly spared?: readonly number[];
  readonly last?: boolean;
}

const run = ({ slots = {}, marks = [], landed = [], calls = [], spared = [], last = true }: Rescue = {}) => {
  const seen = Object.values(slots);
  return rescue(
    redis,
    {
      inFlight: IN_FLIGHT,
      beat: "web:1:abc",
      owners: "tsq:owners",
      queues: "queues",
      rescued: RESCUED,
      targets: ["queue:a", "queue:b"],
      pads: PADS,
      counts: [...seen, ...landed].map(({ count }) => `tsq:rescues:${count}`),
    },
    {
      owner: OWNER,
      plan: {
        slots: [...Object.keys(slots), ...marks],
        digests: [...seen.map(({ value }) => sha1(value)), ...landed.map(({ text }) => sha1(text))],
        targets: seen.map(() => 1),
        landed: landed.map(({ pad }) => pad),
        queues: 2,
        last,
        calls,
        spared,
      },
      mark: "mark",
    },
  );
};

const queue = (name: string): Promise<readonly string[]> => redis.lrange(`queue:${name}`, 0, -1);
const isListed = async (): Promise<boolean> => (await redis.hexists("tsq:owners", OWNER)) === 1;
/** A job in slot `00`, as it was seen. */
const job = { "00": { value: held("job"), count: "j" } };

describe("pads of a dead process", () => {
  test("go back to their queues, to where their jobs were taken from, and are closed", async () => {
    await redis.lpush("queue:a", "waits");
    await redis.rpush(PAD_A, "first", "second", "third");
    await redis.rpush(PAD_B, "of b");

    expect(await run()).toBe(4);

    expect(await queue("a")).toEqual(["waits", "first", "second", "third"]);
    expect(await queue("b")).toEqual(["of b"]);
    expect((await redis.smembers("queues")).toSorted()).toEqual(["a", "b"]);
    expect(await redis.mget(PAD_A, PAD_B)).toEqual(["closed", "closed"]);
    expect(await isListed()).toBe(false);
    expect(await redis.get(RESCUED)).toBe("mark");
  });

  test("count for the jobs that were seen there, and for no others", async () => {
    await redis.rpush(PAD_A, "seen", "came later");
    await redis.rpush(PAD_B, "another one");

    await run({
      landed: [
        { pad: 1, text: "seen", count: "seen" },
        { pad: 2, text: "gone", count: "gone" },
      ],
    });

    expect(await redis.mget("tsq:rescues:seen", "tsq:rescues:gone")).toEqual(["1", null]);
  });

  test("that are spared keep their jobs, and the owner with them", async () => {
    await redis.rpush(PAD_A, "stays");
    await redis.rpush(PAD_B, "goes back");

    expect(await run({ spared: [1] })).toBe(1);

    expect(await redis.lrange(PAD_A, 0, -1)).toEqual(["stays"]);
    expect(await queue("b")).toEqual(["goes back"]);
    expect(await isListed()).toBe(true);
    expect(await redis.exists(PAD_B)).toBe(0);
  });

  test("whose queue's key is no list keep theirs, and the owner with them", async () => {
    await redis.set("queue:b", "no list");
    await redis.rpush(PAD_B, "stays");

    expect(await run()).toBe(0);

    expect(await redis.lrange(PAD_B, 0, -1)).toEqual(["stays"]);
    expect(await isListed()).toBe(true);
  });

  test("are closed once: of an owner that is struck off already they wait for another one", async () => {
    await redis.hdel("tsq:owners", OWNER);

    expect(await run()).toBe(0);

    expect(await redis.exists(...PADS)).toBe(0);
  });

  test("that are closed already keep no owner on the list", async () => {
    await redis.set(PAD_A, "closed");

    await run();

    expect(await isListed()).toBe(false);
  });

  test("that hold something else keep it, and the owner on the list", async () => {
    await redis.set(PAD_A, "of somebody");

    await run();

    expect(await isListed()).toBe(true);
    expect(await redis.get(PAD_A)).toBe("of somebody");
  });

  test("are closed by the last call alone", async () => {
    await run({ last: false });

    expect(await isListed()).toBe(true);
    expect(await redis.exists(...PADS)).toBe(0);
  });
});

describe("what a dead process held", () => {
  test("counts once for a job that was in flight twice", async () => {
    await redis.hset(IN_FLIGHT, { "#0": 3, "#1": 1, "00": held("one"), "01": held("two") });
    const slots = { "00": { value: held("one"), count: "j" }, "01": { value: held("two"), count: "j" } };

    expect(await run({ slots })).toBe(2);

    expect(await redis.get("tsq:rescues:j")).toBe("1");
    expect(await queue("a")).toEqual(["one", "two"]);
    expect(await redis.exists(IN_FLIGHT)).toBe(0);
  });

  test("stays in a slot that was filled anew since the look: it may be of another queue", async () => {
    const before = { "00": held("newer", "b") };
    await redis.hset(IN_FLIGHT, before);

    expect(await run({ slots: job })).toBe(0);

    expect(await redis.hgetall(IN_FLIGHT)).toEqual(before);
    expect(await redis.exists("queue:a", "tsq:rescues:j")).toBe(0);
    expect(await isListed()).toBe(true);
  });

  test("stays in its slot when its queue's key is no list, and keeps no other behind it", async () => {
    await redis.set("queue:a", "no list");
    await redis.hset(IN_FLIGHT, { "00": held("job") });
    await redis.rpush(PAD_B, "goes back");

    expect(await run({ slots: job })).toBe(1);

    expect(await redis.hgetall(IN_FLIGHT)).toEqual({ "00": held("job") });
    expect(await queue("b")).toEqual(["goes back"]);
    expect(await isListed()).toBe(true);
  });

  test.each([
    ["ends 72 hours after the first rescue, and no later for one that comes then", 100, [90, 100]],
    ["gets an end where it has none, as one that was restored", undefined, [259_100, 259_200]],
  ])("has a count that %s", async (_what, seconds, [least, most]) => {
    await redis.hset(IN_FLIGHT, { "#0": 3, "#1": 1, "00": held("job") });
    await redis.set("tsq:rescues:j", 1);
    if (seconds !== undefined) await redis.expire("tsq:rescues:j", seconds);

    expect(await run({ slots: job })).toBe(1);

    expect(await redis.get("tsq:rescues:j")).toBe("2");
    const left = await redis.ttl("tsq:rescues:j");
    expect(left).toBeGreaterThan(Number(least));
    expect(left).toBeLessThanOrEqual(Number(most));
  });

  test("is gone with the marks of jobs that it had moved", async () => {
    await redis.hset(IN_FLIGHT, { "#0": 3, "#1": 1, "00": MOVED, "01": MOVED });

    expect(await run({ slots: { "00": { value: held("was there"), count: "j" } }, marks: ["01"] })).toBe(0);

    expect(await redis.exists(IN_FLIGHT, "queue:a", "tsq:rescues:j")).toBe(0);
    expect(await isListed()).toBe(false);
  });
});

describe("a process whose event loop is blocked", () => {
  beforeEach(() => redis.hset(IN_FLIGHT, { "#0": 3, "#1": 1, "00": held("job"), "01": MOVED }));

  test("gives its jobs back while it beats, and they count as nobody's rescue", async () => {
    await redis.hset("web:1:abc", "beat", 1);

    expect(await run({ slots: job, marks: ["01"], calls: ["3", "1"] })).toBe(1);

    expect(await queue("a")).toEqual(["job"]);
    expect(await redis.exists("tsq:rescues:j")).toBe(0);
    expect(await redis.hgetall(IN_FLIGHT)).toEqual({ "01": MOVED });
    expect(await redis.get(RESCUED)).toBe("mark");
  });

  test.each([[["4", "1"]], [["3", "2"]], [["3", ""]]])(
    "that has called since is blocked no more, and keeps them (it had called %j)",
    async (calls) => {
      expect(await run({ slots: job, calls })).toBe(-1);

      expect(await redis.hget(IN_FLIGHT, "00")).toBe(held("job"));
      expect(await redis.exists("queue:a", RESCUED)).toBe(0);
    },
  );

  test("of which the server has forgotten its calls is known by that", async () => {
    await redis.hdel(IN_FLIGHT, "#0", "#1");

    expect(await run({ slots: job, calls: ["3", "1"] })).toBe(-1);
    expect(await run({ slots: job, calls: ["", ""] })).toBe(1);
  });
});
