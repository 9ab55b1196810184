/** The cron schedule of a command's Redis, and what is printed of its entries. */
import { ConfigError } from "@tsq/core";
import type { ApiConnection } from "@tsq/core/api";
import { nearest } from "@tsq/core/protocol";
import { CronSchedule } from "@tsq/cron";
import type { ClockSurprise, CronEntry } from "@tsq/cron";
import { utcText } from "../cli/ages.ts";
import type { CommandContext } from "../cli/command.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { withApi } from "../cli/with-api.ts";
import type { CronFlags } from "./cron-flags.ts";

/** With the data API of the same connection. @throws RedisUnusableError in one line when Redis cannot serve */
export const withSchedule = (
  context: CommandContext,
  { namespace: namespaces = [] }: CronFlags,
  use: (schedule: CronSchedule, api: ApiConnection, url: string) => Promise<void>,
): Promise<void> =>
  withApi(context, async (api, url) => {
    await using schedule = new CronSchedule({
      redis: api.redis,
      ...(namespaces.length > 0 && { namespaces }),
    });
    await use(schedule, api, url);
  });

/**
 * The one of this name, that of sidekiq-cron 1 before those of 2, which a process of 1 does not know.
 *
 * @throws ConfigError when there is none, with the nearest or all there are, or several in namespaces
 */
export const entryOf = async (
  schedule: CronSchedule,
  name: string,
  { namespace: asked = [] }: CronFlags,
): Promise<CronEntry> => {
  const entries = await schedule.entries();
  const found = entries.filter((entry) => entry.name === name);
  const isAsked = ({ namespace }: CronEntry): boolean => asked.includes(namespace);
  const [first, another] = found.some(isAsked) ? found.filter(isAsked) : found;
  if (first && another && first.namespace !== "") throw new ConfigError(ambiguous(name, found));
  if (first) return first;
  const names = entries.map((entry) => entry.name);
  const meant = nearest(name, names);
  throw new ConfigError(
    `Expected the name of a cron entry, got \`${terminalText(name)}\`. ${remedyFor(meant, names)}`,
  );
};

const ambiguous = (name: string, found: readonly CronEntry[]): string => {
  const namespaces = found.map(({ namespace }) => `\`${terminalText(namespace)}\``).join(" and ");
  return `Expected one cron entry \`${terminalText(name)}\`, got one in each of the namespaces ${namespaces}. Say which: \`--namespace ${terminalText(found[0]?.namespace ?? "")}\`.`;
};

const SHOWN = 10;

const remedyFor = (meant: string | undefined, names: readonly string[]): string => {
  if (meant) return `Did you mean \`${terminalText(meant)}\`?`;
  if (names.length === 0) return "There is none in this Redis: load a schedule with `tsq cron load FILE`.";
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more; see \`tsq cron list\`` : "";
  return `There are ${names.slice(0, SHOWN).map(terminalText).join(", ")}${more}.`;
};

/** The next instant, or why there is none. */
export const nextOf = (entry: CronEntry): Date | string => {
  if (entry.error) return "never: its expression is wrong";
  if (entry.status === "disabled") return "never: disabled";
  return entry.next()[0] as Date;
};

/** Under a head that says that it is UTC. */
export const shortTime = (time: Date | string | undefined): string =>
  time instanceof Date ? utcText(time) : (time ?? "");

/** Where no head says that it is UTC. */
export const longTime = (time: Date | string | undefined): string =>
  time instanceof Date ? `${utcText(time)} UTC` : (time ?? "");

/** What a change of clocks makes of an expression. */
export const clockWarning = ({ kind, time, count }: ClockSurprise): string => {
  const times = count === 1 ? time : `${time} and ${count - 1} more`;
  return kind === "skipped"
    ? `The clocks skip ${times}: it does not fire then.`
    : `The clocks show ${times} twice: it fires at both.`;
};

/** As `--json` has it. */
export const entryJson = (entry: CronEntry): Readonly<Record<string, unknown>> => {
  const [next, run] = [nextOf(entry), entry.lastRun];
  return {
    name: entry.name,
    namespace: entry.namespace,
    cron: entry.cron,
    class: entry.class,
    args: entry.args,
    queue: entry.queue,
    description: entry.description,
    source: entry.source,
    status: entry.status,
    catch_up: entry.catchUp,
    overlap: entry.overlap,
    last_enqueued_at: entry.lastEnqueuedAt ?? null,
    next_at: next instanceof Date ? next : null,
    error: entry.error?.message ?? null,
    last_run: run
      ? { jid: run.jid, state: run.state, pushed_at: run.pushedAt, ended_at: run.endedAt ?? null }
      : null,
  };
};
