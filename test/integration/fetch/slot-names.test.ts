/** The check that runs after every test of a worker: each slot's name is in exactly one place. */
import { defineJob } from "@tsq/core";
import { Worker as EverydayWorker } from "tsq";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import { Slots } from "../../support/inside-worker.ts";
import type { ReliableUnit } from "../../support/inside-worker.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { toRetry } from "../../support/moves.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { followed, forget, misplaced } from "../../support/slot-names.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterEach(() => workers.end());
afterAll(() => server.stop());

/** Of a unit slots know only which it holds. */
const jobIn = (slot = ""): ReliableUnit => ({ slot }) as unknown as ReliableUnit;

const held = (slots: Slots): ReliableUnit => {
  const { fill } = slots.ask(1);
  slots.answered(fill);
  const unit = jobIn(fill[0]);
  slots.hold(unit);
  return unit;
};

test("follows the workers of both packages, and capsules by themselves", async () => {
  const before = followed();

  await workers.start({ jobs: [defineJob("HardJob", () => {})] });
  const everyday = new EverydayWorker({ jobs: [], redis: server.url, logger: pino({ level: "silent" }) });
  await everyday.start();
  const capsule = await new Capsule(workers).idle();

  expect(followed() - before).toBe(3);
  await capsule.fetch.stop();
  await everyday.stop();
});

test("finds nothing wrong with jobs that are fetched, land, are retried and are handed back", async () => {
  const capsule = await new Capsule(workers, { concurrency: 3 }).idle();
  await pushTexts(workers.redis, [payloadText({ queue: "a" })], "a");
  await eventually(() => expect(capsule.units).toHaveLength(1));
  await pushTexts(
    workers.redis,
    ["b", "c"].map((jid) => payloadText({ queue: "a", jid })),
    "a",
  );
  await eventually(() => expect(capsule.units).toHaveLength(3));
  const [first, second] = capsule.units;

  first?.acknowledge();
  if (second) await toRetry(second, "1", Buffer.from("again"));
  await capsule.leave();

  expect(misplaced()).toEqual([]);
});

describe("a slot", () => {
  // What went wrong here was meant to.
  afterEach(forget);

  test("that its job gives up twice is found", () => {
    const slots = new Slots(2, 0);
    const unit = held(slots);
    slots.release(unit, false);

    slots.release(unit, true);

    expect(misplaced()).toEqual(["00 became dirty, and was clean", "00 was given up by another job"]);
  });

  test("of two jobs is found", () => {
    const slots = new Slots(2, 0);
    const { slot } = held(slots);

    slots.hold(jobIn(slot));

    expect(misplaced()[0]).toBe("00 became held, and was held");
  });

  test("that whose call was answered, and that nobody has cared for since is found", () => {
    const slots = new Slots(2, 0);
    const { fill } = slots.ask(1);

    slots.answered(fill);

    expect(misplaced()).toEqual(["00 is nowhere"]);
  });

  test("that was said to be empty while its job ran is found", () => {
    const slots = new Slots(2, 0);
    const { slot } = held(slots);

    slots.cleaned([slot]);

    expect(misplaced()[0]).toBe("00 became clean, and was held");
  });
});
