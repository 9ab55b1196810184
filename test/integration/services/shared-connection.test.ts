/** How many connections a worker has, and who shares one. */
import { defineJob } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { outage } from "../../support/outage.ts";
import { SharedConnection } from "../../support/inside-worker.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { named } from "../../support/watchers.ts";
import { withOption, withWay } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

test("a connection that is shared ends with the last who needs it, and who leaves twice ends it for nobody", async () => {
  const shared = new SharedConnection(workers.target, outage().connection("shared"));
  const [one, other] = [shared.share(), shared.share()];

  one.leave();
  one.leave();
  expect(await other.redis.ping()).toBe("PONG");
  expect(await workers.connections()).toHaveLength(1);
  other.leave();

  await eventually(async () => expect(await workers.connections()).toEqual([]));
});

describe("a worker has as many connections as the documentation says", () => {
  withOption();
  const capsules = (count: number) => ({ mail: { queues: named(count).map((name) => `mail-${name}`) } });
  /** The line that says so. */
  const started = (): unknown => workers.log.findLast(({ msg }) => String(msg).endsWith(" started"));
  const untilOpen = (count: number): Promise<unknown> =>
    eventually(async () => expect(await workers.connections()).toHaveLength(count));

  test("by pads: three, one for each capsule and one for each queue", async () => {
    await workers.start({ queues: named(3), capsules: capsules(16) });

    await untilOpen(3 + (1 + 3) + (1 + 16));
  });

  test("by the option of a hybrid: three, and four for each capsule, or five of who waits to be called", async () => {
    await workers.start({ waiting: "hybrid", queues: named(100), capsules: capsules(5) });
    await untilOpen(3 + 2 * 4);
    expect(started()).toMatchObject({ waiting: "hybrid" });

    await workers.start({ waiting: "hybrid", queues: named(100), capsules: capsules(5) });

    await untilOpen(3 + 2 * 4 + (3 + 2 * 5));
  });

  test("by a hybrid of four queues: as many as by pads", async () => {
    await workers.start({ waiting: "hybrid", queues: named(4) });

    await untilOpen(3 + 1 + 4);
    expect(started()).toMatchObject({ waiting: "pads" });
  });
});

describe("workers that wait for a hundred queues by being told", () => {
  withWay("hybrid");

  test("have eight connections at most, also those that wait to be called", async () => {
    const ran: string[] = [];
    const job = defineJob("HardJob", ({ jid }) => void ran.push(jid));
    for (let i = 0; i < 3; i++) await workers.start({ jobs: [job], queues: named(100) });
    await eventually(async () => expect(await workers.connections(" cmd=brpop ")).toHaveLength(2));

    await pushTexts(workers.redis, [payloadText({ queue: "q99" })], "q99");
    await eventually(() => expect(ran).toHaveLength(1));

    await eventually(async () => expect((await workers.connections()).length).toBeLessThanOrEqual(3 * 8));
  });
});
