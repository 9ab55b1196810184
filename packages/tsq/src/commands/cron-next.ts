/** `tsq cron next`: when an expression fires, to look at before it is in a schedule. */
import { ConfigError } from "@tsq/core";
import { inWords, localZoneWarning, nextTimes, parseCron } from "@tsq/cron";
import type { CronExpression } from "@tsq/cron";
import { utcText } from "../cli/ages.ts";
import type { CommandContext } from "../cli/command.ts";
import { listTable } from "../cli/list-table.ts";
import { columns } from "../cli/terminal-room.ts";
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
  context.out.say(await inWords(expression));
  context.out.line(tableOf(expression, times));
  if (expression.leftOut.length > 0)
    context.out.say(
      `Not heard, as in Ruby: ${expression.leftOut.join(", ")}. One expression cannot hold it all: write an entry of its own for each.`,
    );
  for (const surprise of expression.clockSurprises(from)) context.out.say(clockWarning(surprise));
  const warning = expression.zone === undefined ? localZoneWarning() : undefined;
  if (warning !== undefined) context.out.say(warning);
};

/** The days, and the clocks of the zone beside those of UTC, where these are others. */
const tableOf = (expression: CronExpression, times: readonly Date[]): string => {
  const isUtc = UTC.test(expression.zoneName);
  const head = [
    { head: "" },
    { head: isUtc ? "UTC" : expression.zoneName },
    ...(isUtc ? [] : [{ head: "UTC" }]),
  ];
  const rows = times.map((time) => {
    const [day = "", date = "", clock = ""] = expression.clock(time).split(" ");
    return [day, `${date} ${clock}`, ...(isUtc ? [] : [utcText(time)])];
  });
  return listTable(head, rows, columns());
};

const UTC = /^(?:(?:Etc\/)?(?:UTC|UCT|Zulu|Universal|GMT)|[-+]00:?00)$/;

const MOST = 1_000;

const countOf = (text: string): number => {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST) return count;
  throw new ConfigError(
    `Expected --count to be an integer from 1 to ${MOST}, got \`${text}\`. Write --count 10.`,
  );
};
