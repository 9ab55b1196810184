/** The commands that look: at more errors than a page has, and at jobs that are larger than anybody means. */
import { describe, expect, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";

const shell = setShell();
const { shown, json, jsonl } = shell;

interface List {
  readonly jobs: readonly Record<string, unknown>[];
}

describe("of more errors than one page", () => {
  const failed = (count: number) =>
    fail(
      shell.redis,
      Array.from({ length: count }, (_, i) => ({ jid: jidOf(i), class: `Job${i}` })),
    );

  test("--jsonl prints all of them, and --limit so many", async () => {
    await failed(30);

    expect(await jsonl("errors")).toHaveLength(30);
    expect(await jsonl("errors", "--limit", "7")).toHaveLength(7);
    expect((await json<{ errors: unknown[] }>("errors")).errors).toHaveLength(25);
  });

  test("what is not told apart is counted, and the list is not complete", async () => {
    await failed(1_003);

    const { errors, complete } = await json<{ errors: unknown[]; complete: boolean }>(
      "errors",
      "--limit",
      "5000",
    );

    expect([errors.length, complete]).toEqual([1_000, false]);
    expect(await shown("errors", "--limit", "5000")).toMatch(/\. 3 jobs failed by yet others\n$/);
  });
});

test("a job that is nested too deeply, or a megabyte long, hides no other and shows by its text", async () => {
  const text = `{"jid":"deep","class":"HardJob","args":[${"[".repeat(50_000)}${"]".repeat(50_000)}]}`;
  const long = JSON.stringify({ jid: "long", class: "A::".repeat(300_000), args: ["x".repeat(1_000_000)] });
  await shell.redis
    .multi()
    .sadd("queues", "low")
    .lpush("queue:low", payloadOf({ jid: jidOf(1) }), text, long)
    .exec();

  const table = await shown("queue", "low");

  for (const jid of [jidOf(1), "deep", "long"]) expect(table).toContain(jid);
  const { jobs } = await json<List>("queue", "low");
  expect(jobs.map(({ jid }) => jid)).toEqual(["long", "deep", jidOf(1)]);
  expect(jobs[1]).toMatchObject({ args: [], text });
  expect(await jsonl("queue", "low")).toHaveLength(3);
  expect(await shown("show", "deep")).toContain('Text       {"jid":"deep"');
  expect(await json<object>("show", "deep")).toMatchObject({ jid: "deep", text, payload: null });
  expect((await shown("show", "long")).length).toBeGreaterThan(1_900_000);
});
