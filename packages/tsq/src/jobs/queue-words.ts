/** What is said of a queue that is paused, resumed or cleared, and what stands in the audit trail. */
import { ProcessSet } from "@tsq/core/api";
import type { ApiConnection } from "@tsq/core/api";
import { needsTyping } from "@tsq/core/config";
import { counted, withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import type { Done } from "./audit.ts";

/** @param was whether it was paused before */
export const pausedText = (name: string, was: boolean): string =>
  `${terminalText(name)} ${was ? "was paused already" : "is paused"}`;

export const resumedText = (name: string, was: boolean): string =>
  `${terminalText(name)} ${was ? "is resumed" : "was not paused"}.`;

/** @param left how many are there now, where that is known */
export const clearedText = (name: string, done: number, left = 0): string =>
  [
    `${counted(done, "job")} of ${terminalText(name)} ${done === 1 ? "was" : "were"} deleted.`,
    ...(left > 0
      ? [
          `${withCommas(left)} ${left === 1 ? "has" : "have"} come since, and ${left === 1 ? "stays" : "stay"}.`,
        ]
      : []),
  ].join(" ");

/** @param was whether it was paused before: nothing has changed then */
export const paused = (name: string, was: boolean): Done => ({
  action: "queue.pause",
  subject: name,
  count: was ? 0 : 1,
});

/** It is the same right, and the trail tells them apart. */
export const resumed = (name: string, was: boolean): Done => ({ ...paused(name, !was), note: "resumed" });

export const cleared = (name: string, count: number): Done => ({
  action: "queue.clear",
  subject: name,
  count,
});

export const clearQuestion = (
  name: string,
  size: number,
): { readonly question: string; readonly about: readonly string[]; readonly typed: string | undefined } => ({
  question: `Delete ${counted(size, "job")} of the queue ${name}, and the queue?`,
  about: ["They are gone for good: nobody can bring them back. What comes until then stays."],
  typed: needsTyping("clear", size) ? `${size}` : undefined,
});

/** Whom a pause does not reach; empty where there is nobody. The pause must be told also where Redis does not say that. */
export const rubyBeside = async (api: ApiConnection, name: string): Promise<string> => {
  const all = await new ProcessSet(api).all().catch(() => undefined);
  if (!all) return "Redis does not say whether Ruby takes jobs from it as well.";
  const rubies = all.filter((process) => process.isRuby && process.serves(name)).length;
  if (rubies === 0) return "";
  return `Ruby takes jobs from it as well, by ${counted(rubies, "process", "processes")}: it leaves a queue alone with Sidekiq Pro only.`;
};
