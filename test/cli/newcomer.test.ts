/** Whoever has never seen tsq, and ten thousand jobs that have failed: one of them is found and retried by what `--help` says. */
import { expect, test } from "vitest";
import { fail, jidOf } from "../support/failed-jobs.ts";
import type { FailedJob } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { onTerminal } from "../support/tsq-terminal.ts";

const shell = setShell();
const { env, shown } = shell;

const COUNT = 10_000;
/** What somebody reads without scrolling. */
const SCREEN = 24;
/** Of the minute that it may take; what is left of it is for reading and typing, five commands and a screen for each. */
const MOST_WAITED_MS = 20_000;

const WANTED: FailedJob = {
  jid: jidOf(4_711),
  class: "ChargeJob",
  queue: "billing",
  args: [{ order: "A-4711" }],
  error: "Stripe::CardError",
  message: "card declined",
};

const OTHERS: readonly Partial<FailedJob>[] = [
  { class: "MailJob", error: "Net::ReadTimeout", message: "Net::ReadTimeout with #<TCPSocket:(closed)>" },
  { class: "ImportJob", error: "ActiveRecord::RecordNotFound", message: "Couldn't find Order" },
  { class: "ReportJob", error: "NoMethodError", message: "undefined method `total' for nil" },
];

/** The first steps of the help, as one types them, each as its words. */
const stepsOf = (help: string): readonly (readonly string[])[] => {
  const [, steps = ""] = /^A job has failed\?\n((?: {2}tsq .*\n)+)/m.exec(help) ?? [];
  const lines = [...steps.matchAll(/^ {2}tsq (.+?) {2,}\S/gm)].map(([, line = ""]) => line);
  return lines.map((line) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ""),
  );
};

test.for([
  ["retry", "by the words of its error", "card declined"],
  ["dead", "by the order that it is about", "A-4711"],
] as const)("one job among ten thousand in the %s set is found %s, and retried", async ([set, , known]) => {
  const jobs = Array.from({ length: COUNT - 1 }, (_, i): FailedJob => ({
    jid: jidOf(100_000 + i),
    args: [{ order: `B-${i}` }],
    ...OTHERS[i % OTHERS.length],
  }));
  await fail(shell.redis, jobs.toSpliced(6_000, 0, WANTED), set);
  // All that one knows: that a job has failed, and what somebody has said of it.
  const begun = performance.now();
  const steps = stepsOf(await shown("--help"));
  let jid = "JID";
  let typed = 1;
  const filled = (words: readonly string[]) =>
    words.map((word) => (word === "JID" ? jid : word === "card declined" ? known : word));

  for (const words of steps.slice(0, -1)) {
    const text = await shown(...filled(words));

    typed++;
    expect(text.split("\n").length).toBeLessThanOrEqual(SCREEN);
    expect(text).toContain("ChargeJob");
    // The next step wants the jid that this one has printed.
    jid = /\b[\da-f]{24}\b/.exec(text)?.[0] ?? jid;
  }
  const args = filled(steps.at(-1) ?? []);
  typed++;
  const terminal = onTerminal(args, env());
  await terminal.sees("Retry 1 job? [y/N] ");
  terminal.types("y\n");

  expect(await terminal.ended).toBe(0);
  expect(terminal.output()).toContain("1 job was put on queues.");
  expect(performance.now() - begun).toBeLessThan(MOST_WAITED_MS);
  // With the help itself.
  expect(typed).toBeLessThanOrEqual(5);
  expect(await shell.redis.zcard(set)).toBe(COUNT - 1);
  const [payload = ""] = await shell.redis.lrange("queue:billing", 0, -1);
  expect(JSON.parse(payload)).toMatchObject({ jid: WANTED.jid, args: WANTED.args });
});
