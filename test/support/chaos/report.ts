/** One line of output for a run: its seed, what it counted, and what happened to it. */
import type { Verdict } from "./checker.ts";
import type { History, HistoryEvent } from "./history.ts";
import type { Chance } from "./seed.ts";

const FAULTS = ["killed", "told to stop", "frozen", "landed", "outage", "rollback"] as const;

interface Run {
  readonly title: string;
  readonly chance: Chance;
  readonly history: History;
}

export function report({ title, chance, history }: Run, { problems, ...counts }: Verdict): void {
  const events = history.events();
  const count = (kind: HistoryEvent["kind"]): number => events.filter((event) => event.kind === kind).length;
  const faults = Object.fromEntries(FAULTS.map((kind) => [kind, count(kind)]));
  console.log(
    `${title}: ${JSON.stringify({ seed: chance.seed, ...counts, ...faults, problems: problems.length })}`,
  );
}
