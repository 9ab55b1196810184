/** The cron schedule of a command's Redis, and what is printed of its entries. */
import { ConfigError } from "@tsq/core";
import { nearest } from "@tsq/core/protocol";
import { CronSchedule } from "@tsq/cron";
import type { CronEntry } from "@tsq/cron";
import type { CommandContext } from "../cli/command.ts";
import type { CronFlags } from "./cron-flags.ts";

export const openSchedule = async (
  { redis }: CommandContext,
  { namespace: namespaces = [] }: CronFlags,
): Promise<CronSchedule> => {
  const { url } = await redis();
  return new CronSchedule({ redis: url, ...(namespaces.length > 0 && { namespaces }) });
};

/** @throws ConfigError when there is none of this name, with the nearest or all there are */
export const entryOf = async (schedule: CronSchedule, name: string): Promise<CronEntry> => {
  const entries = await schedule.entries();
  const found = entries.find((entry) => entry.name === name);
  if (found) return found;
  const names = entries.map((entry) => entry.name);
  const meant = nearest(name, names);
  throw new ConfigError(`Expected the name of a cron entry, got \`${name}\`. ${remedyFor(meant, names)}`);
};

const SHOWN = 10;

const remedyFor = (meant: string | undefined, names: readonly string[]): string => {
  if (meant) return `Did you mean \`${meant}\`?`;
  if (names.length === 0) return "There is none in this Redis: load a schedule with `tsq cron load FILE`.";
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more; see \`tsq cron list\`` : "";
  return `There are ${names.slice(0, SHOWN).join(", ")}${more}.`;
};

/** The next instant, or why there is none. */
export const nextOf = (entry: CronEntry): Date | string => {
  if (entry.error) return "never: its expression is wrong";
  if (entry.status === "disabled") return "never: disabled";
  return entry.next()[0] as Date;
};

export const shortTime = (time: Date | string | undefined): string =>
  time instanceof Date ? time.toISOString().slice(0, 19).replace("T", " ") : (time ?? "");

/** As `--json` has it. */
export const entryJson = (entry: CronEntry): Readonly<Record<string, unknown>> => {
  const next = nextOf(entry);
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
    last_run: entry.lastRun ?? null,
  };
};
