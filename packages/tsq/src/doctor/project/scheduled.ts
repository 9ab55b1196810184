/** The entries of config/schedule.yml. */
import { join } from "node:path";
import { isRecord } from "@tsq/core/config";
import type { Environment } from "../../config/erb/erb-expression.ts";
import { readScheduleFile, SCHEDULE_FILE } from "../../config/schedule-file.ts";

export interface ScheduledEntry {
  readonly name: string;
  readonly cron: string | undefined;
  readonly class: string | undefined;
  readonly queue: string | undefined;
  readonly isActiveJob: boolean;
  readonly namespace: string | undefined;
  readonly line: number | undefined;
}

export interface Scheduled {
  readonly file: string;
  readonly entries: readonly ScheduledEntry[];
  /** Why it could not be read. */
  readonly error: Error | undefined;
}

export const readScheduled = (folder: string, env: Environment): Scheduled => {
  const file = SCHEDULE_FILE;
  try {
    const { schedule, placeOf } = readScheduleFile(join(folder, file), env);
    const written = Array.isArray(schedule)
      ? schedule.map((options: unknown, i) => [nameIn(options) ?? String(i + 1), options] as const)
      : Object.entries(schedule as object);
    const entries = written.map(([name, options]): ScheduledEntry => {
      const text = (...keys: readonly string[]): string | undefined => textIn(options, keys);
      const line = Number(/:(\d+): $/.exec(placeOf(name).where)?.[1]);
      return {
        name,
        cron: text("cron"),
        class: text("class", "klass"),
        queue: text("queue", "queue_name"),
        isActiveJob: isRecord(options) && options["active_job"] === true,
        namespace: text("namespace"),
        line: Number.isNaN(line) ? undefined : line,
      };
    });
    return { file, entries, error: undefined };
  } catch (error) {
    return { file, entries: [], error: error as Error };
  }
};

const nameIn = (options: unknown): string | undefined => textIn(options, ["name"]);

const textIn = (options: unknown, keys: readonly string[]): string | undefined => {
  if (!isRecord(options)) return undefined;
  const value = keys.map((key) => options[key] ?? options[`:${key}`]).find((one) => one !== undefined);
  return typeof value === "string" ? value : undefined;
};
