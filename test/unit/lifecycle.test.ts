import type { BeatReport, LifecycleEvent } from "@tsq/worker";
import { expect, test, vi } from "vitest";
import { eventually } from "../support/eventually.ts";
import { Audience, Lifecycle } from "../support/inside-worker.ts";

const REPORT: BeatReport = { generations: [8], paused: [], signal: undefined, rttUs: 100, isNew: true };

const listening = (event: LifecycleEvent, onError = vi.fn()) => {
  const lifecycle = new Lifecycle(new Audience(), onError, vi.fn());
  const calls: string[] = [];
  for (const name of ["first", "second"]) {
    lifecycle.on(event, async () => {
      await Promise.resolve();
      calls.push(name);
    });
  }
  return { lifecycle, calls, onError };
};

test("startup tells its listeners in the order given", async () => {
  const { lifecycle, calls } = listening("startup");

  await lifecycle.fire("startup");

  expect(calls).toEqual(["first", "second"]);
});

test.each(["heartbeat", "beat"] as const)(
  "%s tells its listeners in the order given, with what the beat found out",
  async (event) => {
    const { lifecycle, calls } = listening(event);
    const reports: BeatReport[] = [];
    lifecycle.on(event, (report) => reports.push(report));

    await lifecycle.fire(event, REPORT);

    expect(calls).toEqual(["first", "second"]);
    expect(reports).toEqual([REPORT]);
  },
);

test.each(["quiet", "shutdown", "exit"] as const)("%s tells its listeners in reverse", async (event) => {
  const { lifecycle, calls } = listening(event);

  await lifecycle.fire(event);

  expect(calls).toEqual(["second", "first"]);
});

test("an error of a startup listener stops the start, and the listeners after it", async () => {
  const { lifecycle, calls } = listening("heartbeat");
  lifecycle.on("startup", () => {
    throw new Error("no");
  });
  lifecycle.on("startup", () => calls.push("too late"));

  await expect(lifecycle.fire("startup")).rejects.toThrow("no");
  expect(calls).toEqual([]);
});

test("an error of any other listener is reported, and the others are told", async () => {
  const { lifecycle, calls, onError } = listening("shutdown");
  const error = new Error("no");
  lifecycle.on("shutdown", () => Promise.reject(error));

  await lifecycle.fire("shutdown");

  expect(calls).toEqual(["second", "first"]);
  expect(onError.mock.calls).toEqual([[error, "shutdown", undefined]]);
});

test("an error of an extension's listener is reported with whose it is", async () => {
  const onError = vi.fn();
  const lifecycle = new Lifecycle(new Audience(), onError, vi.fn());
  const error = new Error("no");
  lifecycle.on("exit", () => Promise.reject(error), "the extension `x`");

  await lifecycle.fire("exit");

  expect(onError.mock.calls).toEqual([[error, "exit", "the extension `x`"]]);
});

test("an event without listeners is nothing", async () => {
  await expect(new Lifecycle(new Audience(), vi.fn(), vi.fn()).fire("exit")).resolves.toBeUndefined();
});

test("a listener that does not end is told of once, with its event", async () => {
  const lines: string[] = [];
  const lifecycle = new Lifecycle(new Audience(), vi.fn(), (line) => lines.push(line), 1);
  lifecycle.on("beat", () => new Promise(() => {}));

  for (let beats = 0; beats < 3; beats++) void lifecycle.fire("beat", REPORT);

  await eventually(() => expect(lines).toHaveLength(1));
  await new Promise(setImmediate);
  expect(lines).toEqual([
    "A listener of `beat` has not ended for 0.001 s; it is waited for no longer. Look for an await that never ends.",
  ]);
});

test.each(["quiet", "heartbeat", "beat", "rescued"] as const)(
  "behind a listener of %s that does not end the others are told, and what it throws later is reported",
  async (event) => {
    const onError = vi.fn();
    const lifecycle = new Lifecycle(new Audience(), onError, vi.fn(), 1);
    let fail: (error: Error) => void = () => {};
    const hanging = (): Promise<never> => new Promise((_, reject) => (fail = reject));
    const told: string[] = [];
    for (const name of ["first", "last"]) {
      lifecycle.on(event, () => void told.push(name));
      if (name === "first") lifecycle.on(event, hanging);
    }

    await lifecycle.fire(event as "quiet");
    fail(new Error("too late"));
    await new Promise(setImmediate);

    expect(told.toSorted()).toEqual(["first", "last"]);
    expect(onError.mock.calls).toEqual([[new Error("too late"), event, undefined]]);
  },
);

test.each(["startup", "shutdown", "exit"] as const)(
  "a listener of %s that takes long is waited for",
  async (event) => {
    const lines: string[] = [];
    const lifecycle = new Lifecycle(new Audience(), vi.fn(), (line) => lines.push(line), 1);
    let end = (): void => {};
    let isOver = false;
    lifecycle.on(event, () => new Promise<void>((resolve) => (end = resolve)));

    const fired = lifecycle.fire(event).then(() => (isOver = true));
    await eventually(() => expect(lines).toHaveLength(1));
    await new Promise(setImmediate);

    expect(isOver).toBe(false);
    end();
    await fired;
  },
);
