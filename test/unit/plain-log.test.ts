/** The lines that every job has are put together by hand: they are pino's, byte for byte. */
import { assert, property, string } from "fast-check";
import { pino } from "pino";
import type { Logger } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Payload } from "@tsq/core";
import { plainLog } from "@tsq/worker";
import { JobLogger } from "../support/inside-worker.ts";
import type { RunningJob } from "../support/inside-worker.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_795_855_181_376, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What gets no lines but these. */
const gathered = () => {
  const lines: string[] = [];
  return { lines, destination: { write: (line: string) => void lines.push(line), writeNow: () => {} } };
};

const ofPlain = () => {
  const { lines, destination } = gathered();
  return { lines, log: plainLog("info", destination) };
};
const ofPino = () => {
  const { lines, destination } = gathered();
  return { lines, log: pino({}, destination) };
};

const runOf = (payload: object) => ({ payload: payload as Payload }) as RunningJob;

const linesOf = (
  { lines, log }: { lines: string[]; log: Logger },
  payload: object,
  elapsedMs = 12.6,
  child = {},
) => {
  const jobLogger = new JobLogger(Object.keys(child).length > 0 ? log.child(child) : log);
  jobLogger.start(runOf(payload));
  jobLogger.done(runOf(payload), elapsedMs);
  return lines;
};

const JOB = { jid: "00112233445566778899aabb", class: "Billing::SyncJob" };

describe("the lines of a job in a log that tsq makes are those that pino writes", () => {
  test.each([
    ["of a plain job", JOB],
    ["of a job in ActiveJob's wrapper", { ...JOB, class: "Sidekiq::ActiveJob::Wrapper", wrapped: "MailJob" }],
    ["of a job with tags", { ...JOB, tags: ["a", 'b"'] }],
    ["of a job in a batch", { ...JOB, bid: "b1" }],
    ["of a job without a class", { jid: JOB.jid, class: { toString: 1 } }],
    ["of a job whose jid is no text", { ...JOB, jid: 7 }],
    ["of a job with quotes, newlines and other alphabets", { jid: 'a"b\\c', class: "Größe\n☃" }],
  ])("%s", (_what, payload) => {
    expect(linesOf(ofPlain(), payload)).toEqual(linesOf(ofPino(), payload));
  });

  test.each([0, 0.4, 3, 1_500, 3_600_000])("that took %d ms", (elapsedMs) => {
    expect(linesOf(ofPlain(), JOB, elapsedMs)).toEqual(linesOf(ofPino(), JOB, elapsedMs));
  });

  test("in a child with bindings of its own", () => {
    const child = { capsule: "mail", n: 1 };
    expect(linesOf(ofPlain(), JOB, 1, child)).toEqual(linesOf(ofPino(), JOB, 1, child));
  });

  test("with bindings that were set later", () => {
    const sides = [ofPlain(), ofPino()].map((side) => {
      const jobLogger = new JobLogger(side.log);
      side.log.setBindings({ region: "eu" });
      jobLogger.start(runOf(JOB));
      return side.lines;
    });

    expect(sides[0]).toEqual(sides[1]);
    expect(sides[0]?.[0]).toContain('"region":"eu"');
  });

  test("whatever jid and class are", () => {
    const sides = [ofPlain(), ofPino()];
    assert(
      property(string({ unit: "binary-ascii" }), string({ unit: "grapheme" }), (jid, name) => {
        const [ours, theirs] = sides.map((side) => {
          side.lines.length = 0;
          return linesOf(side, { jid, class: name }).map((line) => JSON.parse(line) as unknown);
        });
        expect(ours).toEqual(theirs);
      }),
    );
  });
});

test("a level above info has neither line", () => {
  const side = ofPlain();
  side.log.level = "warn";

  expect(linesOf(side, JOB)).toEqual([]);
});

test("a log of the caller's own decides by itself what its lines look like", () => {
  const { lines, destination } = gathered();
  const log = pino({ messageKey: "text", formatters: { level: (label) => ({ level: label }) } }, destination);

  expect(linesOf({ lines, log }, JOB).map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: "info", text: "start" },
    { level: "info", text: "done" },
  ]);
});
