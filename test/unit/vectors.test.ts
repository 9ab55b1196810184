import { MalformedPayloadError } from "@tsq/core";
import {
  displayClass,
  dumpJson,
  editPayload,
  editPayloadBytes,
  memberText,
  parseJson,
  parsePayload,
  readTime,
  unpackBacktrace,
} from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { slowMembers } from "../support/slow-json.ts";
import { commandOf, membersOf, payloads, payloadTexts, vector, vectorNames } from "../support/vectors.ts";

/** What was pushed on purpose to see Ruby stumble: no JSON, or no object. */
const NO_JOBS = [
  "malformed {json",
  "this is { not json",
  "not json",
  '{"class":"SimpleJob","args":[NaN],"jid":"w10","retry":true}',
  "[1,2]",
  '"str"',
  "null",
  "123",
];

const TIMES = ["created_at", "enqueued_at", "failed_at", "retried_at"] as const;
/** One was pushed on purpose with a time of 1970. */
const MADE_UP_MS = 1_000;

const jobs = (scenario: string, version: string): readonly string[] =>
  payloadTexts(scenario, version).filter((text) => !NO_JOBS.includes(text));

const named = vectorNames();
const withJobs = named.filter(([scenario, version]) => payloads(scenario, version).length > 0);

test("there are vectors with jobs of every generation", () => {
  const generations = new Set(withJobs.map(([, version]) => version.split(".")[0]));

  expect(generations).toEqual(new Set(["6", "7", "8"]));
});

test("the vectors without a job are those of processes and of cron's own keys", () => {
  const without = named.filter(([scenario, version]) => payloads(scenario, version).length === 0);

  expect(new Set(without.map(([scenario]) => scenario))).toEqual(
    new Set(["cron-created", "embedded-capsules", "quiet"]),
  );
});

describe.each(withJobs)("the jobs of %s %s", (scenario, version) => {
  test("are read, with a class to show", () => {
    for (const text of jobs(scenario, version)) {
      const payload = parsePayload(text);
      const expected = payload["wrapped"] ?? payload["class"];

      expect(displayClass(payload)).toBe(String(expected));
    }
  });

  test("keep every number when they are parsed and dumped", () => {
    for (const text of jobs(scenario, version)) {
      const dumped = dumpJson(parseJson(text));

      expect(parseJson(dumped)).toEqual(parseJson(text));
      expect(dumped.match(/\d{16,}(?![\d.e])/g)).toEqual(text.match(/\d{16,}(?![\d.e])/g));
    }
  });

  test("have times of the years in which they were made", () => {
    for (const text of jobs(scenario, version)) {
      const payload = parsePayload(text);
      for (const field of TIMES.filter((field) => field in payload)) {
        const ms = readTime(payload[field]) ?? Number.NaN;
        if (ms === MADE_UP_MS) continue;
        expect(ms, text).toBeGreaterThan(Date.UTC(2023, 0));
        expect(ms, text).toBeLessThan(Date.UTC(2027, 0));
      }
    }
  });

  test("show their backtrace where they have one", () => {
    for (const text of jobs(scenario, version)) {
      const payload = parsePayload(text);
      if ("error_backtrace" in payload) {
        expect(unpackBacktrace(payload["error_backtrace"]), text).toContainEqual(
          expect.stringMatching(/:\d+:in /),
        );
      }
    }
  });

  test("keep every byte but those of a field that is changed", () => {
    for (const text of jobs(scenario, version)) {
      const before = slowMembers(text);
      const count = before.find(({ key }) => key === "retry_count");
      const last = before.at(-1);

      const edited = editPayload(text, { retry_count: "25" });

      const expected = count
        ? `${text.slice(0, count.valueFrom)}25${text.slice(count.to)}`
        : `${text.slice(0, last?.to ?? 1)}${last ? "," : ""}"retry_count":25${text.slice(last?.to ?? 1)}`;
      expect(edited).toBe(expected);
      expect(memberText(edited, "args")).toBe(memberText(text, "args"));
    }
  });
});

test("what is no job is refused, with what it is instead", () => {
  const refusals = NO_JOBS.map((text) => {
    try {
      return parsePayload(text);
    } catch (error) {
      return error;
    }
  });

  for (const refusal of refusals) expect(refusal).toBeInstanceOf(MalformedPayloadError);
  expect(refusals.map(String)).toContainEqual(expect.stringContaining("to be a JSON object, got an array"));
  expect(refusals.map(String)).toContainEqual(expect.stringContaining("to be a JSON object, got null"));
});

describe("a job whose text is no UTF-8", () => {
  const broken = payloads("weird", "8.1.7").filter((payload) => typeof payload !== "string");

  test("is in the vectors", () => {
    expect(broken).toHaveLength(1);
  });

  test("keeps its bytes through an edit", () => {
    for (const bytes of broken) {
      const edited = editPayloadBytes(bytes, { queue: '"low"' });

      expect(edited).toEqual(Buffer.concat([bytes.subarray(0, -1), Buffer.from(',"queue":"low"}')]));
    }
  });
});

test("a line of MONITOR is read back to the bytes that were sent", () => {
  expect(commandOf(String.raw`c1: "lpush" "q" "caf\xc3\xa9 \"\\n\" \n\r\t\a\b \xff"`)).toEqual([
    Buffer.from("lpush"),
    Buffer.from("q"),
    Buffer.concat([Buffer.from('café "\\n" \n\r\t\u0007\b '), Buffer.from([0xff])]),
  ]);
});

test("what was pushed and what was then found in Redis is the same job", () => {
  const { keys, commands = [] } = vector("enqueue", "8.1.7");
  const found = Object.entries(keys).flatMap(([key, stored]) => (key === "queues" ? [] : membersOf(stored)));
  const pushed = commands
    .map(commandOf)
    .flatMap(([name, , value]) => (String(name) === "lpush" ? [String(value)] : []));

  expect(pushed.toSorted()).toEqual(found.toSorted());
});
