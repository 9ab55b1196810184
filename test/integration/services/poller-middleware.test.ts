/** Client middleware that never answers for a job that falls due: what waits behind it is moved all the same. */
import type { ClientMiddleware } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import type { Poller } from "../../support/inside-worker.ts";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { pollerFor } from "../../support/services.ts";
import { TestWorkers } from "../../support/worker.ts";

const HANGING = 10;

let server: TestRedis;
let workers: TestWorkers;
let poller: Poller;
let told: { readonly message: string; readonly context: string }[];
let asked: unknown[];
let isMended: boolean;
let goOn: () => void;
let gone: Promise<void>;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  told = [];
  asked = [];
  isMended = false;
  gone = new Promise((resolve) => (goOn = resolve));
});
afterEach(async () => {
  goOn();
  await poller.stop();
});
afterAll(async () => {
  await workers.end();
  await server.stop();
});

const hangs: ClientMiddleware = async ({ class: name, jid }, next) => {
  asked.push(jid);
  if (name === "Slow") await new Promise((resolve) => setTimeout(resolve, 150));
  if (name === "Hangs" && !isMended) await gone;
  await next();
};

const make = (hookTimeoutMs: number, own: Partial<Parameters<typeof pollerFor>[0]> = {}): Poller =>
  (poller = pollerFor({
    redis: workers.target,
    middleware: [hangs],
    hookTimeoutMs,
    onError: (error, { context }) => told.push({ message: (error as Error).message, context }),
    ...own,
  }));

const fill = async (set: string): Promise<void> => {
  const texts = [
    ...Array.from({ length: HANGING }, (_, i) => payloadText({ class: "Hangs", jid: `h${i}` })),
    payloadText({ class: "Good", jid: "good" }),
  ];
  await workers.redis.zadd(set, ...texts.flatMap((text, i) => [1 + i, text]));
};

const queued = async (): Promise<readonly unknown[]> =>
  (await workers.redis.lrange("queue:default", 0, -1)).map(
    (text) => (JSON.parse(text) as { jid: string }).jid,
  );

test.each(["retry", "schedule"])(
  "a job of the set %s for which it never answers stays there, and those behind it are moved",
  async (set) => {
    make(20);
    await fill(set);

    expect(await poller.poll()).toBe(1);

    expect(await queued()).toEqual(["good"]);
    expect(await workers.redis.zcard(set)).toBe(HANGING);
    expect(told[0]).toEqual({
      message: expect.stringContaining(
        "Expected client middleware for a job of Hangs to answer within 0.02 s",
      ),
      context: `A client middleware failed; the job stays in \`${set}\``,
    });
  },
);

test("those it has not answered for are moved once it answers, and once", async () => {
  make(20);
  await fill("retry");
  await poller.poll();
  isMended = true;

  await poller.poll();
  goOn();
  await gone;

  expect(await workers.redis.exists("retry")).toBe(0);
  expect((await queued()).length).toBe(HANGING + 1);
});

test("many for which it never answers are each waited for a shorter time", async () => {
  make(400);
  await fill("retry");

  await poller.poll();

  const seconds = told.map(({ message }) => Number(/within ([\d.]+) s/.exec(message)?.[1]));
  expect(seconds.slice(0, 7)).toEqual([0.4, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1]);
  expect(await queued()).toEqual(["good"]);
});

test("jobs of a class for which it answers slowly are moved behind many of one for which it never does", async () => {
  make(200);
  await fill("retry");
  await workers.redis.zadd("retry", 2 * HANGING, payloadText({ class: "Slow", jid: "slow" }));

  await poller.poll();

  expect((await queued()).toSorted()).toEqual(["good", "slow"]);
});

test("each look waits for it as long as the first one", async () => {
  make(400);
  await workers.redis.zadd("retry", 1, payloadText({ class: "Hangs", jid: "h0" }));

  await poller.poll();
  await poller.poll();

  expect(told.map(({ message }) => /within ([\d.]+) s/.exec(message)?.[1])).toEqual(["0.4", "0.4"]);
});

test("a stop ends the wait of the look that is under way, also where it has no limit, and asks for no more jobs", async () => {
  make(0, { pollIntervalAverage: 60, random: () => 0 });
  await fill("retry");
  poller.start();
  await eventually(() => expect(asked).toEqual(["h0"]));

  const stopped = poller.stop();
  // One turn of the event loop: the stop itself may wait for three seconds for a look.
  await new Promise(setImmediate);

  expect(told.map(({ message }) => message)).toEqual([
    expect.stringContaining("before the deadline of the stop"),
  ]);
  await stopped;
  expect(asked).toEqual(["h0"]);
  expect(await workers.redis.zcard("retry")).toBe(HANGING + 1);
});
