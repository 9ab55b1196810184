/** When a connection has gone silent: looks are counted, because a clock says nothing of what has not been read yet. */
import { EventEmitter } from "node:events";
import { silenceLimitOf } from "@tsq/core/protocol";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchSilence } from "../support/inside-core.ts";

const LIMIT_MS = 1_000;
const LOOK_MS = 100;
const HOUR_MS = 3_600_000;

let stoodStillMs = 0;

beforeEach(() => {
  vi.useFakeTimers();
  stoodStillMs = 0;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + stoodStillMs);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** What is looked at of a connection of ioredis, here with a command that waits. */
const waiting = () => {
  let isCut = false;
  const connection = Object.assign(new EventEmitter(), {
    commandQueue: { length: 1, peekFront: () => undefined },
    stream: { bytesRead: 0, writableLength: 0, resetAndDestroy: () => {}, destroy: () => (isCut = true) },
  });
  watchSilence(connection as unknown as Redis, LIMIT_MS);
  connection.emit("connect");
  const { commandQueue, stream } = connection;
  return { commandQueue, stream, isCut: () => isCut };
};

const looks = (count: number): void => void vi.advanceTimersByTime(count * LOOK_MS);

/** Nothing ran here meanwhile: the event loop was blocked, or the machine slept. */
const standStill = (): void => {
  vi.setSystemTime(Date.now() + HOUR_MS);
  stoodStillMs += HOUR_MS;
  looks(1);
};

test("is once it has said nothing for the limit and a look more", () => {
  const { isCut } = waiting();

  looks(10);
  expect(isCut()).toBe(false);

  looks(1);
  expect(isCut()).toBe(true);
});

test("not because a process stood still for long, before the first look or between two", () => {
  const { isCut, stream } = waiting();

  standStill();
  looks(1);
  standStill();
  expect(isCut()).toBe(false);
  stream.bytesRead++;
  looks(11);
  expect(isCut()).toBe(false);
  standStill();

  expect(isCut()).toBe(true);
});

test.each([
  ["bytes come", { bytesRead: 1, writableLength: 10 }],
  ["bytes go out", { bytesRead: 0, writableLength: 5 }],
])("not while %s, and from then on the limit counts anew", (_, change) => {
  const { isCut, stream } = waiting();
  stream.writableLength = 10;
  looks(9);

  Object.assign(stream, change);
  looks(11);
  expect(isCut()).toBe(false);

  looks(1);
  expect(isCut()).toBe(true);
});

test("not while no command waits", () => {
  const { isCut, commandQueue } = waiting();
  looks(9);

  commandQueue.length = 0;
  looks(20);
  commandQueue.length = 1;
  looks(10);
  expect(isCut()).toBe(false);

  looks(1);
  expect(isCut()).toBe(true);
});

test("after ten seconds, where nobody says otherwise", () => {
  expect(silenceLimitOf("redis://localhost")).toBe(10_000);
  expect(silenceLimitOf({ socketTimeout: 300 })).toBe(300);
});
