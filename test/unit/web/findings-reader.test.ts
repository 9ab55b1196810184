/** What needs a person, as a dashboard reads it for all who look. */
import type { Finding } from "@tsq/core/api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FindingsReader } from "../../support/inside-web.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const finding = (id: string): Finding => ({
  id,
  kind: "deaths",
  level: "warning",
  cause: "",
  evidence: {},
  where: { page: "dead" },
});

/** A reader, and how often it has read. */
const counting = () => {
  const seen = { reads: 0 };
  const reader = new FindingsReader(() => Promise.resolve([finding(`${++seen.reads}`)]));
  return { reader, seen };
};

/** A reader whose readings a test ends. */
const answering = () => {
  const answers: ((list: readonly Finding[]) => void)[] = [];
  const reader = new FindingsReader(() => new Promise((resolve) => answers.push(resolve)));
  return { answers, reader };
};

test("all who look within five seconds share one reading", async () => {
  const { reader, seen } = counting();

  await Promise.all([reader.now(), reader.now(), reader.now()]);
  vi.advanceTimersByTime(4_900);
  const { list } = await reader.now();

  expect([seen.reads, list?.[0]?.id]).toEqual([1, "1"]);
  vi.advanceTimersByTime(200);
  expect((await reader.now()).list?.[0]?.id).toBe("2");
});

test("what somebody has changed is read anew", async () => {
  const { reader } = counting();
  await reader.now();

  reader.forget();

  expect((await reader.now()).list?.[0]?.id).toBe("2");
});

test("what somebody has changed is read anew for all who look then, not for the first of them alone", async () => {
  const { reader } = counting();
  await reader.now();

  reader.forget();
  const both = await Promise.all([reader.now(), reader.now()]);

  expect(both.map(({ list }) => list?.[0]?.id)).toEqual(["2", "2"]);
});

test("what is changed while it is read is read once more, for whoever waits", async () => {
  const { answers, reader } = answering();
  const asked = [reader.now()];
  reader.forget();
  asked.push(reader.now());

  answers[0]?.([finding("before")]);
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.([finding("after")]);

  for (const one of asked) expect((await one).list?.[0]?.id).toBe("after");
  expect((await reader.now()).list?.[0]?.id).toBe("after");
});

test("a reading that takes long keeps no page waiting, and comes with a later one", async () => {
  let answer: (list: readonly Finding[]) => void = () => {};
  const reader = new FindingsReader(() => new Promise((resolve) => (answer = resolve)));

  expect(await reader.now(1)).toEqual({ list: undefined, at: undefined, problem: undefined });

  answer([finding("late")]);
  expect((await reader.now()).list?.[0]?.id).toBe("late");
});

test("the first page of all waits for them, as long as that is no more than two seconds", async () => {
  vi.useFakeTimers({ toFake: ["performance", "Date", "setTimeout", "clearTimeout"] });
  let answer: (list: readonly Finding[]) => void = () => {};
  const reader = new FindingsReader(() => new Promise((resolve) => (answer = resolve)));

  const first = reader.now();
  await vi.advanceTimersByTimeAsync(1_900);
  answer([finding("first")]);

  expect((await first).list?.[0]?.id).toBe("first");
  vi.advanceTimersByTime(6_000);
  const second = reader.now();
  await vi.advanceTimersByTimeAsync(300);
  answer([finding("second")]);
  expect((await second).list?.[0]?.id).toBe("first");
});

test("a refusal is told beside what was known, and no longer once that is a minute old", async () => {
  let isRefused = false;
  const reader = new FindingsReader(() =>
    isRefused ? Promise.reject(new Error("NOPERM")) : Promise.resolve([finding("old")]),
  );
  await reader.now();
  isRefused = true;

  vi.advanceTimersByTime(6_000);
  expect(await reader.now()).toMatchObject({ list: [{ id: "old" }], problem: "NOPERM" });

  vi.advanceTimersByTime(60_000);
  expect(await reader.now()).toMatchObject({ list: undefined, problem: "NOPERM" });
});
