/** A worker's cron schedule whose clock stands and which is looked at at once, and schedule files for it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cronExtension } from "@tsq/cron";
import type { CronExtensionOptions } from "@tsq/cron";
import { onTestFinished } from "vitest";
import { readScheduleFile } from "./inside-tsq.ts";

/** The path of a schedule file that holds this, as long as the test goes on. */
export const fileOf = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "tsq-cron-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "schedule.yml");
  writeFileSync(path, text);
  return path;
};

// To be spread: test files of this program declare options of extensions under another name.
export const OFTEN = { cronPollInterval: 0.05 };
export const NEVER = { cronPollInterval: 0 };

/** With a clock that stands at 3 s after a full minute, and no wait before the first poll. */
export const hurriedCron = (options: CronExtensionOptions, at = "2030-01-01T09:00:03Z") =>
  cronExtension(options, readScheduleFile, { now: () => Date.parse(at), random: () => 0, firstWaitMs: 0 });
