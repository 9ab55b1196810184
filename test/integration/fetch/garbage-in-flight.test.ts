/** Payloads that are no jobs, in flight when their process dies: each goes back to where it came from, and keeps nobody. */
import { createHash } from "node:crypto";
import { array, assert, asyncProperty, constantFrom, oneof } from "fast-check";
import { fetch, splitHeld } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import type { Rescuer } from "../../support/inside-worker.ts";
import { oddFields } from "../../support/odd-json.ts";
import { payloadText } from "../../support/payload-text.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";
import { ALL, runs } from "../../support/runs.ts";

/** Each looks to someone as if it named a queue. */
const GARBAGE = [
  '{"queue":junk,"queue":"a"}',
  '{"queue":"b","queue":"a"}',
  '{"queue":"a","queue":"b"}',
  '{"\\u0071ueue":"b","queue":"a"}',
  '{"queue":"a',
  '{"queue":""}',
  '{"queue":"a"',
  '{"\\uZZZZ":1,"queue":"a"}',
  "{",
  "\n",
  "-",
  "",
  "null",
];

let server: TestRedis;
let workers: TestWorkers;
let errors: string[] = [];
let rescuer: Rescuer;

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
    onError: (_, { context }) => errors.push(context),
  });
});
afterEach(() => rescuer.stop());
afterAll(async () => {
  await workers.redis.flushdb();
  await workers.end();
  await server.stop();
});

const ownerOf = (name: string): string => `${name}:1:dead~default~0`;
const inFlightOf = (name: string): string => `tsq:in-flight:${ownerOf(name)}`;

/** A process that has written itself down. */
const lived = async (name: string, queues: readonly string[] = ["a"]): Promise<void> => {
  await workers.redis.hset("tsq:owners", ownerOf(name), JSON.stringify(queues));
  await workers.redis.hset(inFlightOf(name), "#0", 0, "#1", 0);
};

/** It takes what is in its queue, as its worker would, and dies with it. */
const diesWith = async (name: string, queue: string, payloads: readonly string[]): Promise<void> => {
  await lived(name, [queue]);
  await workers.redis.lpush(`queue:${queue}`, ...payloads);
  const slots = payloads.map((_, i) => i.toString(36).padStart(2, "0")).join("");
  await fetch(
    workers.redis,
    { inFlight: inFlightOf(name), queues: [`queue:${queue}`], pads: [] },
    {
      lane: "#0",
      seq: 1,
      other: -1,
      slots,
      moved: "",
      wanted: payloads.length,
      offset: 0,
      weights: [0],
      landings: [],
    },
  );
};

const waiting = async (queue: string): Promise<readonly string[]> =>
  workers.redis.lrange(`queue:${queue}`, 0, -1);

/** The second look rescues. */
const rescue = async (): Promise<number> => (await rescuer.look()) + (await rescuer.look());

test.each(["a", "b", "other", 'x"y', "a\\b", "ä"])(
  "garbage in flight goes back to the queue it came from, whatever it says: %s",
  async (queue) => {
    await diesWith("web", queue, GARBAGE);

    expect(await rescue()).toBe(GARBAGE.length);

    expect((await waiting(queue)).toSorted()).toEqual(GARBAGE.toSorted());
    expect(await workers.redis.keys("queue:*")).toEqual([`queue:${queue}`]);
    expect(errors).toEqual([]);
  },
);

test("a slot tells queue and payload of anything that can be in a queue", async () => {
  const piece = constantFrom(
    '"queue":"',
    '"queue":',
    '"a"',
    "a",
    "b",
    '"',
    "{",
    "}",
    "[",
    "\n",
    "-",
    "\\",
    ",",
  );
  const payload = oneof(
    constantFrom(...GARBAGE),
    array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
    array(piece, { maxLength: 12 }).map((pieces) => `{${pieces.join("")}`),
  );
  const queue = constantFrom("a", "b", 'a"b', "a\\", "queue", "default");
  await lived("web");
  let seq = 0;

  await assert(
    asyncProperty(payload, queue, async (text, name) => {
      await workers.redis.lpush(`queue:${name}`, text);
      await fetch(
        workers.redis,
        { inFlight: inFlightOf("web"), queues: [`queue:${name}`], pads: [] },
        {
          lane: "#0",
          seq: ++seq,
          other: -1,
          slots: "00",
          moved: "",
          wanted: 1,
          offset: 0,
          weights: [0],
          landings: [],
        },
      );

      const value = await workers.redis.hget(inFlightOf("web"), "00");
      expect(splitHeld(value ?? "")).toEqual({ queue: name, text });
    }),
    { numRuns: runs(500) },
  );
});

describe("jobs with an odd field, of every type, whose process dies", () => {
  const READ_BY_BURIALS = /^(?:failed_at|jid|class|queue|error_class)$/;
  const odds = oddFields();
  const texts = odds.map((fields, mark) => {
    const usual = { class: '"HardJob"', args: "[]", jid: `"j${mark}"`, mark: String(mark) };
    const members = Object.entries({ ...usual, ...fields }).map(([key, value]) => `"${key}":${value}`);
    return `{${members.join(",")}}`;
  });

  test("go back to the queue they came from", async () => {
    await diesWith("web", "a", texts);

    expect(await rescue()).toBe(texts.length);

    expect((await waiting("a")).toSorted()).toEqual(texts.toSorted());
    expect(errors).toEqual([]);
  });

  test("go to the dead set, each as what it was, when that was the fourth time", async () => {
    // Each is a call; these are the fields that a burial reads.
    const buried = ALL
      ? texts
      : texts.filter((_, i) => READ_BY_BURIALS.test(Object.keys(odds[i] ?? {})[0] ?? ""));
    const pipeline = workers.redis.pipeline();
    for (const text of buried) {
      const { jid } = JSON.parse(text) as { jid: unknown };
      const id = typeof jid === "string" ? jid : createHash("sha1").update(text).digest("hex");
      pipeline.set(`tsq:rescues:${id}`, 3);
    }
    await pipeline.exec();
    await diesWith("web", "a", buried);

    await rescue();

    const marks = (of: readonly string[]) => of.map((text) => /"mark":(\d+)/.exec(text)?.[1]).toSorted();
    expect(marks(await workers.redis.zrange("dead", "0", "-1"))).toEqual(marks(buried));
    expect(await waiting("a")).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe("one that is bad keeps no other from coming back:", () => {
  const good = payloadText({ queue: "a", jid: "good" });

  test("a payload that goes to the dead set as a poison pill", async () => {
    const [bait = ""] = GARBAGE;
    await workers.redis.set(`tsq:rescues:${createHash("sha1").update(bait).digest("hex")}`, 3);
    await diesWith("web", "a", [bait, good]);

    await rescue();

    expect(await waiting("a")).toEqual([good]);
    expect(await workers.redis.zrange("dead", "0", "-1")).toEqual([bait]);
    expect(errors).toEqual([]);
  });

  test("a slot that nobody of us has written", async () => {
    await lived("web");
    await workers.redis.hset(inFlightOf("web"), "00", "\nno end of the queue", "01", good);

    expect(await rescue()).toBe(2);

    expect(await waiting("a")).toEqual([good]);
    expect(await waiting("default")).toEqual(["\nno end of the queue"]);
  });

  test("an owner whose hash is none", async () => {
    await workers.redis.hset("tsq:owners", ownerOf("bad"), '["a"]');
    await workers.redis.set(inFlightOf("bad"), "text");
    for (const name of ["web1", "web2", "web3"]) await diesWith(name, "a", [good]);

    expect(await rescue()).toBe(3);

    expect(await waiting("a")).toEqual([good, good, good]);
    expect(errors).toEqual([
      `Could not bring back all jobs of the dead process \`${ownerOf("bad")}\`; trying again`,
    ]);
  });

  test("a count that is no number", async () => {
    await workers.redis.set("tsq:rescues:odd", "text");
    await workers.redis.lpush("tsq:rescues:list", "text");
    const odd = ["odd", "list"].map((jid) => payloadText({ queue: "a", jid }));
    await diesWith("web", "a", [...odd, good]);

    expect(await rescue()).toBe(3);

    expect((await waiting("a")).toSorted()).toEqual([...odd, good].toSorted());
  });

  test("a pad that is no list", async () => {
    await diesWith("web", "a", [good]);
    await workers.redis.set(`tsq:pad:web:1:dead~default:a`, "text");

    expect(await rescue()).toBe(1);

    expect(await waiting("a")).toEqual([good]);
  });

  test("a poison pill that the dead set does not take", async () => {
    await workers.redis.set("dead", "text");
    await workers.redis.set("tsq:rescues:pill", "3");
    await diesWith("web", "a", [payloadText({ queue: "a", jid: "pill" }), good]);

    expect(await rescue()).toBe(1);

    expect(await waiting("a")).toEqual([good]);
    expect(errors).toEqual(["Could not put a poison pill of queue `a` into the dead set; trying again"]);
    expect(await workers.redis.hlen(inFlightOf("web"))).toBe(1);
  });
});

test("garbage that a stop hands back goes to the queue it came from", async () => {
  const one = new Capsule(workers, { queues: ["a"], concurrency: GARBAGE.length });
  await one.idle();
  await workers.redis.lpush("queue:a", ...GARBAGE);
  await eventually(() => expect(one.texts.toSorted()).toEqual(GARBAGE.toSorted()));

  expect(await one.fetch.requeue(one.units)).toBe(GARBAGE.length);
  for (const unit of one.units) unit.acknowledge();
  await one.fetch.stop();

  expect(new Set(one.units.map(({ queue }) => queue))).toEqual(new Set(["a"]));
  expect((await waiting("a")).toSorted()).toEqual(GARBAGE.toSorted());
});
