/** decide() beside what three generations of Sidekiq wrote after the same jobs failed. */
import { editPayload, parseJson, readTime } from "@tsq/core/protocol";
import type { RawPayload, RetryDelay } from "@tsq/core";
import { expect, test } from "vitest";
import { decide } from "../support/inside-worker.ts";
import { changesOf } from "../support/outcomes.ts";
import { commandOf, vector } from "../support/vectors.ts";

interface Ended {
  readonly set: "retry" | "dead";
  readonly payload: RawPayload;
  readonly atMs: number;
}

/** What the classes of the vectors answer from `sidekiq_retry_in`. */
const ASKED: Readonly<Record<string, RetryDelay>> = { KillJob: "kill", RetryIn100: 100 };

// In 6.4 a symbol from `sidekiq_retry_in` breaks, and its NoMethodError is what is stored.
const BROKEN_IN_6 = ["KillJob", "DiscardJob"];

const parsed = (text: string): RawPayload | undefined => {
  try {
    const value = parseJson(text);
    return typeof value === "object" && value !== null ? (value as RawPayload) : undefined;
  } catch {
    return undefined;
  }
};

const jidOf = (text: string): string => String(parsed(text)?.["jid"]);

/** What was pushed, by jid. */
const pushed = (scenario: string, version: string): ReadonlyMap<string, string> => {
  const commands = (vector(scenario, version).commands ?? []).map(commandOf);
  const texts = commands.flatMap(([name, , ...values]) =>
    /^lpush$/i.test(String(name)) ? values.map(String) : [],
  );
  return new Map(texts.map((text) => [jidOf(text), text]));
};

/** The first failure of each job as Ruby wrote it, by jid. */
const ended = (scenario: string, version: string): ReadonlyMap<string, Ended> => {
  const all = new Map<string, Ended>();
  for (const line of vector(scenario, version).commands ?? []) {
    const [name, key, score, member] = commandOf(line).map(String);
    if (!/^zadd$/i.test(name ?? "") || (key !== "retry" && key !== "dead") || member === undefined) continue;
    const payload = parsed(member);
    if (payload?.["error_class"] === undefined || all.has(jidOf(member))) continue;
    all.set(jidOf(member), { set: key, payload, atMs: Number(score) * 1_000 });
  }
  return all;
};

const CASES = ["retry", "dead", "weird"]
  .flatMap((scenario) =>
    ["6.4.1", "7.3.2", "8.1.7"].flatMap((version) =>
      Array.from(ended(scenario, version), ([jid, ruby]) => {
        const text = pushed(scenario, version).get(jid) ?? "";
        return { scenario, version, jid, class: String(ruby.payload["class"]), ruby, text };
      }),
    ),
  )
  .filter(
    ({ version, text, ...job }) =>
      // A job that a poller or a test pushed again has no first failure here.
      text !== "" &&
      // Neither is a class for a job that has none.
      job.class !== "null" &&
      !(version === "6.4.1" && BROKEN_IN_6.includes(job.class)),
  );

test("the vectors hold failures of every generation", () => {
  const counts = ["6.4.1", "7.3.2", "8.1.7"].map(
    (version) => CASES.filter((one) => one.version === version).length,
  );

  expect(Math.min(...counts)).toBeGreaterThanOrEqual(20);
});

const decidedAs = ({ ruby: { payload }, text, version, class: name }: (typeof CASES)[number]) => {
  const nowMs = Math.round(readTime(payload["retried_at"] ?? payload["failed_at"]) ?? Number.NaN);
  const error = Object.assign(new Error(String(payload["error_message"])), { name: payload["error_class"] });
  error.stack = "Error: x\n    at one (file.js:1:1)";
  const outcome = decide(
    { kind: "threw", error },
    {
      payload: parsed(text) ?? {},
      queue: "default",
      // What the class says where the payload says nothing.
      options: { retry: payload["retry"] as number },
      isUnknown: payload["error_class"] === "NameError",
      maxRetries: 25,
      wire: version === "8.1.7" ? 8 : 7,
      nowMs,
      random: () => 0,
    },
    ASKED[name],
  );
  return { outcome, nowMs };
};

const TIMES = ["failed_at", "retried_at"];

const withoutTimes = (payload: RawPayload): RawPayload =>
  Object.fromEntries(
    Object.entries(payload).filter(([key]) => !TIMES.includes(key) && key !== "error_backtrace"),
  );

test.each(CASES)("leaves the fields of Sidekiq $version in $scenario: $class $jid", (job) => {
  const { outcome } = decidedAs(job);
  const edited = parsed(editPayload(job.text, changesOf(outcome))) ?? {};

  expect(withoutTimes(edited)).toEqual(withoutTimes(job.ruby.payload));
  expect(Object.keys(edited).toSorted()).toEqual(Object.keys(job.ruby.payload).toSorted());
  for (const key of TIMES.filter((time) => time in edited)) {
    expect(readTime(edited[key])).toBeCloseTo(readTime(job.ruby.payload[key]) ?? Number.NaN, -1);
    // Ruby 8 tells the two spellings apart by the token.
    if (key in changesOf(outcome))
      expect(changesOf(outcome)[key]?.includes(".")).toBe(job.version !== "8.1.7");
  }
});

const goesByThe8Rules = ({ version, ruby: { payload } }: (typeof CASES)[number]): boolean =>
  // Until 8.1 a count went beside `retry_for`.
  !("retry_for" in payload && version !== "8.1.7") &&
  // Whole seconds, which no Sidekiq writes, are January 1970 to Ruby 8.
  payload["failed_at"] !== 1_795_452_000;

test.each(CASES.filter(goesByThe8Rules))(
  "goes where Sidekiq $version sent it in $scenario: $class $jid",
  (job) => {
    const { outcome, nowMs } = decidedAs(job);

    expect(outcome.kind).toBe(job.ruby.set);
    if (outcome.kind !== "retry") return;
    const jitter = (job.ruby.atMs - outcome.atMs) / 1_000;
    expect(outcome.atMs).toBeGreaterThan(nowMs);
    expect(jitter).toBeGreaterThan(-0.01);
    expect(jitter).toBeLessThan(10 * (outcome.count + 1));
  },
);
