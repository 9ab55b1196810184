/** lua/core/fetch.lua by itself: what one call takes, and what the same call answers when it is sent again. */
import { fetch, type Redis } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const IN_FLIGHT = "tsq:in-flight:web:1:abc~default~0";
const ELSE = { other: 0, moved: "", landings: [] };

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(async () => {
  await redis.flushdb();
  // A worker writes down its lanes before its first call.
  await redis.hset(IN_FLIGHT, "#0", 0, "#1", 0);
});
afterAll(() => server.stop());

interface Call {
  readonly queues?: readonly string[];
  readonly lane?: string;
  readonly seq?: number;
  readonly slots?: string;
  readonly wanted?: number;
  readonly offset?: number;
  readonly weights?: readonly number[];
}

const call = ({ queues = ["a"], lane = "#0", seq = 1, slots = "", wanted = 0, offset = 0, weights }: Call) =>
  fetch(
    redis,
    { inFlight: IN_FLIGHT, queues: queues.map((name) => `queue:${name}`), pads: [] },
    { ...ELSE, lane, seq, slots, wanted, offset, weights: weights ?? queues.map(() => 0) },
  );

const push = async (queue: string, ...names: readonly string[]): Promise<void> => {
  await pushTexts(redis, names, queue);
};

const numbered = (queue: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${queue}${i}`);

/** How many jobs a reply has of each queue. */
const countsOf = (reply: readonly unknown[], queues: number): readonly number[] => {
  const counts = Array<number>(queues).fill(0);
  for (let i = 1; i < reply.length; i += 2) {
    const queue = (reply[i] as number) - 1;
    counts[queue] = (counts[queue] ?? 0) + (reply[i + 1] as readonly string[]).length;
  }
  return counts;
};

describe("a call", () => {
  test("moves the oldest jobs into the slots, and answers with them", async () => {
    await push("a", "first", "second", "third");

    expect(await call({ slots: "0001", wanted: 2 })).toEqual([1, 1, ["first", "second"]]);
    expect(await redis.hgetall(IN_FLIGHT)).toEqual({
      "#0": "1",
      "#1": "0",
      "00": "\na\nfirst",
      "01": "\na\nsecond",
    });
    expect(await redis.lrange("queue:a", 0, -1)).toEqual(["third"]);
  });

  test("answers with nothing when there is nothing, and leaves the slots empty", async () => {
    expect(await call({ slots: "0001", wanted: 2 })).toEqual([1]);
    expect(await redis.hgetall(IN_FLIGHT)).toEqual({ "#0": "1", "#1": "0" });
  });

  test("fills a finished job's slot again, which acknowledges it", async () => {
    await push("a", "first", "second");
    await call({ slots: "00", wanted: 1 });

    await call({ seq: 2, slots: "00", wanted: 1 });

    expect(await redis.hget(IN_FLIGHT, "00")).toBe("\na\nsecond");
  });

  test("empties the slots that it gives back and those that it cannot fill", async () => {
    await push("a", ...numbered("a", 4));
    await call({ slots: "00010203", wanted: 4 });
    await push("a", "next");

    await call({ seq: 2, slots: "00010203", wanted: 2 });

    expect(await redis.hgetall(IN_FLIGHT)).toEqual({ "#0": "2", "#1": "0", "00": "\na\nnext" });
  });

  test("takes no more than it wants, however many slots it names", async () => {
    await push("a", ...numbered("a", 9));

    expect(countsOf(await call({ slots: "000102", wanted: 1 }), 1)).toEqual([1]);
    expect(await redis.llen("queue:a")).toBe(8);
  });

  test("takes a thousand at once", async () => {
    await push("a", ...numbered("a", 1_000));
    const slots = Array.from({ length: 1_000 }, (_, i) => i.toString(36).padStart(2, "0"));

    expect(countsOf(await call({ slots: slots.join(""), wanted: 1_000 }), 1)).toEqual([1_000]);
    expect(await redis.hlen(IN_FLIGHT)).toBe(1_002);
  });
});

describe("a call that is sent again", () => {
  test("answers with the jobs that it took, and takes no others", async () => {
    await push("a", ...numbered("a", 5));
    const sent: Call = { slots: "000102", wanted: 2 };
    await call(sent);

    expect(await call(sent)).toEqual([-1, ["\na\na0", "\na\na1", null]]);
    expect(await redis.llen("queue:a")).toBe(3);
  });

  test("is told from a call of the other lane", async () => {
    await push("a", ...numbered("a", 2));
    await call({ lane: "#0", slots: "00", wanted: 1 });

    expect(await call({ lane: "#1", slots: "01", wanted: 1 })).toEqual([1, 1, ["a1"]]);
  });
});

describe("a call is refused, and takes nothing,", () => {
  test("when an earlier one is missing in the hash", async () => {
    await push("a", "first");

    expect(await call({ seq: 3, slots: "00", wanted: 1 })).toEqual([-2]);
    expect(await redis.llen("queue:a")).toBe(1);
  });

  test("when the hash is gone, also as the first of its lane", async () => {
    await push("a", "first");
    await redis.del(IN_FLIGHT);

    expect(await call({ lane: "#1", slots: "00", wanted: 1 })).toEqual([-2]);
    expect(await redis.llen("queue:a")).toBe(1);
    expect(await redis.exists(IN_FLIGHT)).toBe(0);
  });
});

describe("several queues", () => {
  const QUEUES = ["a", "b", "c"];
  const slotsOf = (count: number): string =>
    Array.from({ length: count }, (_, i) => i.toString(36).padStart(2, "0")).join("");

  test("in strict order are emptied one after the other", async () => {
    for (const queue of QUEUES) await push(queue, ...numbered(queue, 2));

    const reply = await call({ queues: QUEUES, slots: slotsOf(3), wanted: 3 });

    expect(reply).toEqual([1, 1, ["a0", "a1"], 2, ["b0"]]);
  });

  test("share a call by weight", async () => {
    for (const queue of QUEUES) await push(queue, ...numbered(queue, 60));

    const reply = await call({
      queues: QUEUES,
      weights: [3, 2, 1],
      slots: slotsOf(60),
      wanted: 60,
      offset: 0.5,
    });

    expect(countsOf(reply, 3)).toEqual([30, 20, 10]);
  });

  test("share calls of one job by weight, as the offset falls", async () => {
    for (const queue of QUEUES) await push(queue, ...numbered(queue, 600));
    const taken = [0, 0, 0];
    for (let i = 0; i < 600; i++) {
      const offset = (i + 0.5) / 600;
      const reply = await call({
        queues: QUEUES,
        weights: [3, 2, 1],
        seq: i + 1,
        slots: "00",
        wanted: 1,
        offset,
      });
      countsOf(reply, 3).forEach((count, queue) => (taken[queue] = (taken[queue] ?? 0) + count));
    }

    expect(taken).toEqual([300, 200, 100]);
  });

  test("hand the share of an empty one to the others", async () => {
    await push("a", ...numbered("a", 60));
    await push("c", ...numbered("c", 60));

    const reply = await call({
      queues: QUEUES,
      weights: [3, 2, 1],
      slots: slotsOf(60),
      wanted: 60,
      offset: 0.3,
    });

    expect(countsOf(reply, 3).reduce((sum, count) => sum + count)).toBe(60);
    expect(countsOf(reply, 3)[0]).toBeGreaterThan(40);
  });

  test("are all emptied when more is wanted than there is", async () => {
    for (const queue of QUEUES) await push(queue, ...numbered(queue, 5));

    const reply = await call({
      queues: QUEUES,
      weights: [9, 1, 1],
      slots: slotsOf(30),
      wanted: 30,
      offset: 0.99,
    });

    expect(countsOf(reply, 3)).toEqual([5, 5, 5]);
  });

  test.each([
    { weights: [-1, 0, 0], counts: [0, 2, 1] },
    { weights: [-1, 2, -1], counts: [0, 2, 0] },
    { weights: [-1, -1, -1], counts: [0, 0, 0] },
  ])("leave those alone that are paused: $weights", async ({ weights, counts }) => {
    for (const queue of QUEUES) await push(queue, ...numbered(queue, 2));

    expect(countsOf(await call({ queues: QUEUES, weights, slots: slotsOf(3), wanted: 3 }), 3)).toEqual(
      counts,
    );
  });

  test.each([[[0, 0, 0]], [[5, 1, 1]]])(
    "pass over one whose key holds something else, weights %j",
    async (weights) => {
      await redis.set("queue:a", "text");
      for (const queue of ["b", "c"]) await push(queue, ...numbered(queue, 2));

      const reply = await call({ queues: QUEUES, weights, slots: slotsOf(4), wanted: 4 });

      expect(countsOf(reply, 3)).toEqual([0, 2, 2]);
      expect(await redis.hlen(IN_FLIGHT)).toBe(6);
    },
  );
});

describe("a slot holds the payload alone when the first queue that is read in it is its own, and else both:", () => {
  const own = '"queue":"a"';

  test.each([
    { what: "a payload of Ruby's", payload: payloadText({ queue: "a" }), isBare: true },
    { what: "a payload that begins with its queue", payload: `{${own}}`, isBare: true },
    {
      what: "the queue before nested things",
      payload: `{"jid":"1",${own},"args":[{"queue":"b"}]}`,
      isBare: true,
    },
    { what: "another queue", payload: payloadText({ queue: "b" }), isBare: false },
    { what: "no queue", payload: '{"class":"A"}', isBare: false },
    { what: "the queue behind a list", payload: `{"args":[],${own}}`, isBare: true },
    { what: "the queue behind an object", payload: `{"x":{},${own}}`, isBare: true },
    { what: "the queue only within a list", payload: `{"args":[{${own}}],"queue":"b"}`, isBare: true },
    { what: "the queue only within an object", payload: `{"x":{${own}},"queue":"b"}`, isBare: true },
    { what: "the queue within a text", payload: '{"x":"\\"queue\\":\\"a\\"","queue":"b"}', isBare: false },
    { what: "another queue before it", payload: `{"args":[{"queue":"b"}],${own}}`, isBare: false },
    { what: "a longer name", payload: '{"queue":"ab"}', isBare: false },
    { what: "another spelling", payload: '{"queue": "a"}', isBare: false },
    { what: "space before the payload", payload: ` {${own}}`, isBare: false },
    { what: "a list", payload: `[${own}]`, isBare: false },
    { what: "a text", payload: '"x"', isBare: false },
    { what: "nothing", payload: "", isBare: false },
    { what: "a line feed", payload: "\n", isBare: false },
  ])("$what", async ({ payload, isBare }) => {
    await redis.lpush("queue:a", payload);

    await call({ slots: "00", wanted: 1 });

    expect(await redis.hget(IN_FLIGHT, "00")).toBe(isBare ? payload : `\na\n${payload}`);
  });
});

describe("when the memory is full", () => {
  test("jobs can be taken and given back all the same", async () => {
    await push("a", ...numbered("a", 3));
    await redis.config("SET", "maxmemory", "1");
    try {
      await expect(redis.set("x", "y")).rejects.toThrow("OOM");

      expect(await call({ slots: "00", wanted: 1 })).toEqual([1, 1, ["a0"]]);
      expect(await call({ seq: 2, slots: "00", wanted: 0 })).toEqual([1]);
      expect(await redis.hgetall(IN_FLIGHT)).toEqual({ "#0": "2", "#1": "0" });
    } finally {
      await redis.config("SET", "maxmemory", "0");
    }
  });
});
