/** `tsq cron next`: when an expression fires, to look at before it is in a schedule. */
import { ConfigError } from "@tsq/core";
import { inWords, localZoneWarning, nextTimes, parseCron } from "@tsq/cron";
import type { CommandContext } from "../cli/command.ts";
import { clockWarning } from "./cron-entries.ts";
import type { CronNextFlags } from "./cron-next-command.ts";
import { writtenTime } from "./written-time.ts";

export const cronNext = async (
  context: CommandContext,
  flags: CronNextFlags,
  text: string,
): Promise<void> => {
  const count = countOf(flags.count ?? "5");
  const from = flags.from === undefined ? new Date() : new Date(writtenTime("--from", flags.from) * 1_000);
  const options = flags.tz === undefined ? {} : { tz: flags.tz };
  const times = nextTimes(text, { count, from, ...options });
  if (flags.json) return context.out.json(times);
  const expression = parseCron(text, options);
  context.out.line(await inWords(expression));
  await context.out.table({
    head: [expression.zoneName, "UTC"],
    rows: times.map((time) => [expression.clock(time), time.toISOString().replace(".000Z", "Z")]),
  });
  if (expression.leftOut.length > 0)
    context.out.line(
      `Not heard, as in Ruby: ${expression.leftOut.join(", ")}. One expression cannot hold it all: write an entry of its own for each.`,
    );
  for (const surprise of expression.clockSurprises(from)) context.out.line(clockWarning(surprise));
  const warning = expression.zone === undefined ? localZoneWarning() : undefined;
  if (warning !== undefined) context.out.line(warning);
};

const MOST = 1_000;

const countOf = (text: string): number => {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST) return count;
  throw new ConfigError(
    `Expected --count to be an integer from 1 to ${MOST}, got \`${text}\`. Write --count 10.`,
  );
};
