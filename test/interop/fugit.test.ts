/**
 * The fugit of this machine, asked about expressions and starts that nobody has chosen. `TSQ_SEED` repeats a run.
 *
 * Debian 12 has fugit 1.5.2. What later versions read otherwise is not generated, as `test/unit/cron` has their answers:
 * `&`, `%`, a range of all there is, `5/1`, and two rules for the same day of the week.
 */
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { CronError, parseCron } from "@tsq/cron";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isRequired } from "../support/required.ts";
import { spawnRuby } from "../support/ruby-process.ts";

interface Asked {
  readonly text: string;
  /** In seconds since 1970. */
  readonly start: number;
}

interface Answer {
  readonly cron: string;
  /** The next times in seconds since 1970; null where fugit gives up. */
  readonly times: readonly number[] | null;
}

const ASK = `
  require "json"
  require "fugit"
  # It cannot sort numbers beside texts, and later versions can: such an expression is not asked about.
  read = lambda do |text|
    Fugit.parse_cron(text) || Fugit.parse_nat(text)
  rescue => error
    error.message.start_with?("comparison of") ? :later : nil
  end
  at = ->(seconds) { EtOrbi.make_time(Time.at(seconds).utc) }
  answers = JSON.parse(STDIN.read).map do |asked|
    cron = read.(asked["text"]) or next nil
    next { cron: "later", times: nil } if cron == :later
    time = at.(asked["start"])
    { cron: cron.to_cron_s, times: (4.times.map { (time = cron.next_time(time)).to_i } rescue nil) }
  end
  puts JSON.generate(answers)
`;

/** What a poller would take for due, a second after each of these times. */
const ASK_BEFORE = `
  require "json"
  require "fugit"
  times = JSON.parse(STDIN.read).map do |asked|
    cron = Fugit.parse_cron(asked["text"]) || Fugit.parse_nat(asked["text"])
    cron.previous_time(EtOrbi.make_time(Time.at(asked["start"] + 1).utc)).to_i
  end
  puts JSON.generate(times)
`;

const ruby = async (script: string, input = ""): Promise<string> => {
  const child = spawnRuby("/", ["-e", script], { TZ: "UTC" });
  const outcome = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await outcome;
  if (code !== 0) throw new Error(stderr);
  return stdout;
};

const version = await ruby(`require "fugit"; print Fugit::VERSION`).catch(() => undefined);
if (version === undefined && !isRequired("rails")) {
  console.warn(
    "Skipped: Ruby's fugit, because this system has none. apt-get install ruby-sidekiq-cron brings it.",
  );
}

const seed = Number(process.env["TSQ_SEED"] ?? Date.now() % 2 ** 31);
const HOW_MANY = 250;

const ask = async <T>(script: string, asked: readonly Asked[]): Promise<T> =>
  JSON.parse(await ruby(script, JSON.stringify(asked))) as T;

const MOST = 50;

/** The times of tsq up to fugit's last one, or the first of them. */
const ownTimes = ({ text, start }: Asked, last = 0): number[] => {
  const expression = parseCron(text, { tz: "UTC" });
  const times: number[] = [];
  for (let time = new Date(start * 1_000); times.length < MOST;) {
    time = expression.next(time);
    if (time.getTime() / 1_000 > last) break;
    times.push(time.getTime() / 1_000);
  }
  return times;
};

const normalized = (text: string): string | undefined => {
  try {
    return parseCron(text, { tz: "UTC" }).normalized();
  } catch (error) {
    if (error instanceof CronError) return undefined;
    throw error;
  }
};

const number = (from: number, to: number) => fc.integer({ min: from, max: to });
const list = (element: fc.Arbitrary<string>) =>
  fc.uniqueArray(element, { minLength: 1, maxLength: 3 }).map((some) => some.join(","));

const field = (from: number, to: number) => {
  const range = fc
    .tuple(number(from, to), number(from, to))
    .filter(([first, last]) => first !== last && !(first === from && last === to))
    .map(([first, last]) => `${first}-${last}`);
  const step = number(2, 20);
  return list(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant("*") },
      { weight: 4, arbitrary: number(from, to).map(String) },
      { weight: 2, arbitrary: range },
      { weight: 2, arbitrary: step.map((n) => `*/${n}`) },
      { weight: 1, arbitrary: fc.tuple(range, step).map(([some, n]) => `${some}/${n}`) },
      { weight: 1, arbitrary: fc.tuple(number(from, to), step).map(([first, n]) => `${first}/${n}`) },
    ),
  );
};

const weekday = fc.oneof(
  { weight: 4, arbitrary: fc.constant("*") },
  { weight: 2, arbitrary: field(0, 6) },
  { weight: 1, arbitrary: fc.constantFrom("mon-fri", "fri-mon", "sun", "sat,sun", "5-7", "7", "MON") },
  { weight: 1, arbitrary: fc.constantFrom("mon#1", "tue#2,thu#-1", "fri#L", "sun#5", "sat#last", "wed#-2") },
);
const monthDay = fc.oneof(
  { weight: 3, arbitrary: fc.constant("*") },
  { weight: 3, arbitrary: field(1, 31) },
  { weight: 1, arbitrary: fc.constantFrom("L", "last", "-2", "-3-L", "25-L", "1,L", "-5--2") },
);
const zone = fc.constantFrom(
  "",
  "",
  "America/New_York",
  "Europe/Paris",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "America/Santiago",

  "Asia/Kathmandu",
  "Australia/Adelaide",
  "+05:30",
  "-03:00",
  "UTC",
  "Etc/GMT+5",
  "EST",
  "Atlantic/Azores",
);
const written = fc
  .tuple(
    fc.option(field(0, 59), { nil: undefined, freq: 4 }),
    field(0, 59),
    field(0, 23),
    monthDay,
    field(1, 12),
  )
  .chain((five) => fc.tuple(fc.constant(five), weekday, zone))
  .map(([five, day, zone]) => [...five, day, zone].filter(Boolean).join(" "));

const hour = fc.constantFrom(
  "5",
  "17",
  "9am",
  "9pm",
  "12pm",
  "noon",
  "midnight",
  "five",
  "16:30",
  "8:15",
  "twelve",
);
const part = fc.oneof(
  fc
    .tuple(fc.constantFrom("every day", "every weekday", "every month", "every week", "every year"), hour)
    .map(([every, hour]) => `${every} at ${hour}`),
  fc.constantFrom(
    "every 15 minutes",
    "every 2 hours",
    "every 3 months",
    "every 10 seconds",
    "every hour",
    "every 5m",
  ),
  fc.constantFrom(
    "every monday",
    "every Tuesday and friday",
    "every sat-sun",
    "from monday to friday",
    "on tuesday",
  ),
  fc.constantFrom(
    "on the 1st",
    "on the 3rd and 15th",
    "on day 2",
    "from the 3rd to the 9th",
    "every 25th of the month",
  ),
  fc.constantFrom("from 9am to 5pm", "on the hour", "on minute 5", "at minute 10 and 40", "8am to noon"),
  fc.tuple(hour, hour).map(([a, b]) => `at ${a} and ${b}`),
  fc.constantFrom("in Europe/Paris", "on Asia/Tokyo", "UTC", "on Monday", "every 2 weeks", "daily"),
);
// fugit 1.5.2 cannot put a range of days beside other days, and later ones can.
const isAboutDays = (said: string): boolean => /day|mon|sat|on the|the 3rd|25th|week/.test(said);
const isRange = (said: string): boolean => /weekday|from mon|from the|sat-sun/.test(said);
const sentence = fc
  .uniqueArray(part, { minLength: 1, maxLength: 3 })
  .filter((parts) => !parts.some(isRange) || parts.filter(isAboutDays).length === 1)
  .map((parts) => parts.join(" "));

// Around the nights in which clocks change, and elsewhere; at odd seconds, as fugit skips a time that reads as its start.
const CHANGES = [
  "2026-03-08T07:00:00Z",
  "2026-11-01T06:00:00Z",
  "2027-03-28T01:00:00Z",
  "2027-10-31T01:00:00Z",
  "2026-04-04T15:00:00Z",
  "2026-10-03T15:30:00Z",
  "2026-04-05T03:00:00Z",
  "2026-09-06T04:00:00Z",
].map((at) => Date.parse(at) / 1_000);
const start = fc
  .oneof(
    fc.tuple(fc.constantFrom(...CHANGES), number(-40_000, 10_000)).map(([at, off]) => at + off),
    number(Date.UTC(2016, 0) / 1_000, Date.UTC(2033, 0) / 1_000),
  )
  .map((at) => at - (at % 60) + 13);

const sampled = (text: fc.Arbitrary<string>): Asked[] =>
  fc.sample(fc.record({ text, start }), { seed, numRuns: HOW_MANY });

describe.skipIf(version === undefined && !isRequired("rails"))(`fugit ${version}, seed ${seed}`, () => {
  test.for([
    ["cron's notation", written, 0.7],
    ["sentences", sentence, 0.2],
  ] as const)("reads %s as tsq does, and finds the same times", async ([, texts, leastAccepted]) => {
    const asked = sampled(texts);

    const answers = await ask<readonly (Answer | null)[]>(ASK, asked);

    const read = asked.map(({ text }, i) => ({ text, ruby: answers[i]?.cron, tsq: normalized(text) }));
    expect(read.filter(({ ruby, tsq }) => ruby !== tsq && ruby !== "later")).toEqual([]);
    // What both refuse says little.
    expect(answers.filter(Boolean).length).toBeGreaterThan(HOW_MANY * leastAccepted);

    const due = asked.flatMap((one, i) => {
      const ruby = answers[i]?.times;
      return ruby ? [{ ...one, ruby, tsq: ownTimes(one, ruby.at(-1)) }] : [];
    });
    const lacksOne = ({ ruby, tsq }: (typeof due)[number]): boolean => {
      const end = tsq.length === MOST ? (tsq.at(-1) ?? Infinity) : Infinity;
      return ruby.some((time) => time <= end && !tsq.includes(time));
    };
    expect(due.filter(lacksOne)).toEqual([]);

    // Its next_time() steps over times in the hours after clocks have changed at midnight or by half an hour, and those fire:
    // sidekiq-cron fires by previous_time().
    const more = due.flatMap(({ text, ruby, tsq }) =>
      tsq.filter((time) => !ruby.includes(time)).map((start) => ({ text, start })),
    );
    const few = due.filter(({ ruby, tsq }) => tsq.length > ruby.length).length;
    expect(few).toBeLessThan(due.length / 10);
    const all = [...more, ...due.flatMap(({ text, ruby }) => ruby.map((start) => ({ text, start })))];
    expect(await ask(ASK_BEFORE, all)).toEqual(all.map(({ start }) => start));
    const before = all.map(({ text, start }) =>
      parseCron(text, { tz: "UTC" }).previous(new Date((start + 1) * 1_000)),
    );
    expect(before.map((time) => time.getTime() / 1_000)).toEqual(all.map(({ start }) => start));
  });
});
