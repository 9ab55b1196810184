/** When a job of ActiveJob is to run, and that it has the arguments which it was given. */
import { activeJob, performAllLater } from "@tsq/active-job";
import type { ActiveJobOptions } from "@tsq/active-job";
import { Client } from "@tsq/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NotingTransport } from "../support/noting-transport.ts";

let transport: NotingTransport;
let client: Client;

beforeEach(() => {
  transport = new NotingTransport();
  client = new Client({ transport });
});
afterEach(() => vi.useRealTimers());

interface Payload {
  readonly class: string;
  readonly args: readonly [Readonly<Record<string, unknown>>];
}

const parsed = (text: string | undefined): Payload => JSON.parse(text ?? "null") as Payload;
const payload = (): Payload => parsed(transport.queues["default"]?.[0]);
const job = <Args extends readonly unknown[] = [number]>(options: ActiveJobOptions = {}, name = "MyAj") =>
  activeJob<Args>(name, { client, ...options });

test("wait is seconds from when it is enqueued, and an instant of Temporal will do", async () => {
  vi.useFakeTimers({ now: new Date("2030-01-01T00:00:00.250Z"), toFake: ["Date"] });
  const later = job().set({ wait: 90 });
  vi.setSystemTime(new Date("2030-01-01T00:01:00.250Z"));

  await later.performLater(1);
  await job()
    .set({ waitUntil: { epochMilliseconds: Date.parse("2031-01-01") } })
    .performLater(2);

  expect(transport.scheduled.map(([, at]) => at)).toEqual([
    Date.parse("2030-01-01T00:02:30.250Z") / 1_000,
    Date.parse("2031-01-01") / 1_000,
  ]);
  expect(parsed(transport.scheduled[0]?.[0]).args[0]).toMatchObject({
    enqueued_at: "2030-01-01T00:01:00.250000000Z",
    scheduled_at: "2030-01-01T00:02:30.250000000Z",
  });
});

test("a time that is past means now, and stays in the envelope", async () => {
  await job()
    .set({ waitUntil: new Date("2020-01-01") })
    .performLater(1);

  expect(transport.scheduled).toEqual([]);
  expect(payload().args[0]["scheduled_at"]).toBe("2020-01-01T00:00:00.000000000Z");
});

test("of many at once one that is past goes through the schedule, as in Rails, where it is due", async () => {
  await performAllLater([
    job()
      .set({ waitUntil: new Date("2020-01-01") })
      .with(1),
  ]);

  expect(transport.queues).toEqual({});
  expect(transport.scheduled.map(([, at]) => at)).toEqual([Date.parse("2020-01-01") / 1_000]);
});

test("a wait that no clock has is refused, and one below zero is now", async () => {
  expect(() => job().set({ wait: 1e15 })).toThrow(
    "Expected `wait` of MyAj.set() to be seconds up to 1,000,000,000, got `1000000000000000`. Pass 60 for in a minute",
  );
  expect(() => job().set({ waitUntil: new Date(8.64e15) })).toThrow("before the year 5138, got the date");
  expect(() => job().set({ waitUntil: { epochMilliseconds: 1e15 } })).toThrow("before the year 5138");

  await job().set({ wait: -5 }).performLater(1);

  expect(transport.scheduled).toEqual([]);
  expect(payload().args[0]["arguments"]).toEqual([1]);
});

test("jobs that are enqueued together have the arguments that they were given", async () => {
  const [one, two] = [[1], [2]];

  const pushed = performAllLater([job<[number[]]>().with(one), job<[number[]]>({}, "Other").with(two)]);
  one.push(3);
  two.push(4);
  await pushed;

  const lists = (transport.queues["default"] ?? []).map((text) => parsed(text).args[0]["arguments"]);
  expect(lists.toSorted()).toEqual([[[1]], [[2]]]);
});

test("a push has the arguments that it was given, whatever its callbacks wait for", async () => {
  const list = [1];

  const pushed = job<[number[]]>({ beforeEnqueue: async () => {} }).performLater(list);
  list.push(2);
  await pushed;

  expect(payload().args[0]["arguments"]).toEqual([[1]]);
});

test("a push waits until it is known who is alive, with the arguments that it was given", async () => {
  transport.alive = Promise.resolve(new Set([8]));
  const list = [1];

  const pushed = job<[number[]]>().performLater(list);
  list.push(2);
  await pushed;

  expect(payload()).toMatchObject({ class: "Sidekiq::ActiveJob::Wrapper", args: [{ arguments: [[1]] }] });
});
