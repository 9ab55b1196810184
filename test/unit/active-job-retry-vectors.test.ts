/** What `retryOn` enqueues again, beside what Ruby's `retry_on` has enqueued again of the same jobs. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RuledJob } from "../support/ruled-job.ts";
import { payloadTexts, scoredOf, vector } from "../support/vectors.ts";

/** As Rails writes it, as far as it is looked at. */
interface Enqueued {
  readonly jid: string;
  readonly args: readonly [
    {
      readonly provider_job_id: string;
      readonly enqueued_at: string;
      readonly arguments: readonly unknown[];
    },
  ];
}

let ruled: RuledJob;
beforeEach(() => {
  ruled = new RuledJob();
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => void vi.useRealTimers());

/** The rules of the class in Ruby, and the argument of the job that meets each. */
const RULES = [
  ["arg", { error: "ArgumentError", wait: 30 }, 30],
  ["io", { error: "IOError", wait: "polynomially_longer" }, 3],
] as const;

/** Of the two clocks one has milliseconds and the other nanoseconds, and Ruby looks at its own twice. */
const inSeconds = (text: string): string =>
  text.replaceAll(/("(?:enqueued|scheduled)_at":"[^".]+)\.\d{9}Z"/g, '$1Z"');

describe.each([
  ["7.3.2", 7],
  ["8.1.7", 8],
] as const)("beside Sidekiq %s", (version, generation) => {
  const texts = payloadTexts("activejob-failures", version);
  const again = scoredOf(vector("activejob-failures", version).keys["schedule"]).map(
    ([member]) => JSON.parse(member) as Enqueued,
  );

  test.each(RULES)("a job with the argument %s is what Ruby has made of it", async (argument, rule, wait) => {
    const theirs = again.find(({ args }) => args[0].arguments[0] === argument);
    const envelope = theirs?.args[0];
    const before =
      texts.find((text) => (JSON.parse(text) as Enqueued).jid === envelope?.provider_job_id) ?? "";
    ruled.transport.alive = new Set([generation]);
    vi.setSystemTime(new Date(envelope?.enqueued_at ?? 0));

    await ruled.run({
      options: { retryOn: RULES.map(([, one]) => one) },
      error: Object.assign(new Error("no"), { name: rule.error }),
      payload: JSON.parse(before) as object,
      text: before,
    });

    const [{ args, ...payload }, seconds] = ruled.again();
    expect(seconds).toBeCloseTo(wait, 2);
    expect(inSeconds(JSON.stringify(args))).toBe(inSeconds(JSON.stringify(theirs?.args)));
    const { args: _, ...rest } = theirs ?? { args: [] };
    const jid: unknown = expect.stringMatching(/^[0-9a-f]{24}$/);
    expect(payload).toEqual({ ...rest, jid, created_at: Date.now() });
  });
});
