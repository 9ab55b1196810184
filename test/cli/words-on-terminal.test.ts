/** Sentences on a terminal that is narrower than they are. */
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { fail, jidOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { onTerminal } from "../support/tsq-terminal.ts";

const shell = setShell();
const { env } = shell;

/** What is left of a line that a bar was drawn on. */
const shownOf = (line: string): string => stripVTControlCharacters(line.slice(line.lastIndexOf("\r") + 1));

test.for([
  [["delete", "--all", "--in", "retry", "--dry-run"], "They are gone for good: nobody can bring them back."],
  [["retry", jidOf(0), jidOf(7), "--yes"], "Expected the jid of a job that tsq retry can be used on here"],
  [["retries", "card"], "What to look for stands behind --where"],
  [["retries", "--where", "ChargeJob"], "For a class write class:ChargeJob"],
  [["pause", "low"], "Ruby takes jobs from it as well"],
] as const)("what tsq %j prints is broken between words", async ([args, said]) => {
  const ruby = { info: JSON.stringify({ queues: ["low"], version: "8.1.1" }), busy: 0, beat: 1 };
  await shell.redis.multi().sadd("queues", "low").sadd("processes", "p:1:x").hset("p:1:x", ruby).exec();
  await fail(shell.redis, [{ jid: jidOf(0), class: "Billing::SendInvoiceReminderJob" }]);
  const terminal = onTerminal(args, env(), "stty cols 50; ");
  await terminal.ended;

  const lines = terminal.output().split(/\r?\n/).map(shownOf);

  expect(lines.join(" ").replaceAll(/\s+/g, " ")).toContain(said);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(50);
});
