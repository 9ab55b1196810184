/** The first tab: what needs a person, how fast it goes, the last week, and the server. */
import { Findings, Stats } from "@tsq/core/api";
import type { ApiConnection, DayStats, Finding } from "@tsq/core/api";
import type { Goals } from "@tsq/core/config";
import { withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import type { Line } from "./line.ts";
import { onPage } from "./page.ts";
import type { Wanted } from "./page.ts";
import type { Lead, Picture, Row, TopColumn } from "./picture.ts";
import type { Pace } from "./pace.ts";
import { redisLine } from "./redis-line.ts";

const COLUMNS: readonly TopColumn[] = [{ head: "Level" }, { head: "What needs a person", cuts: "text" }];
const DAYS = 7;
const WIDEST_BAR = 30;

export const readHome = async (
  of: string,
  wanted: Wanted,
  pace: Pace,
  findings: FindingsKept,
): Promise<Picture> => {
  const { api, nowMs } = wanted;
  const [found, days, redis] = await Promise.all([
    findings.read(api, nowMs),
    new Stats(api).history(DAYS),
    redisLine(api),
  ]);
  const below: readonly Line[] = [
    [],
    [["Now     ", "strong"], pace.text()],
    [["Server  ", "strong"], redis],
    [],
    [[`${"Day".padEnd(12)}${"Processed".padStart(13)}${"Failed".padStart(11)}`, "strong"]],
    ...dayLines(days),
  ];
  // The week below them must not be pushed off the screen.
  const page = Math.max(3, wanted.rows - below.length);
  return {
    of,
    title: "Home",
    columns: COLUMNS,
    rows: onPage(found, { ...wanted, rows: page }).map(rowOf),
    page,
    from: wanted.from,
    total: found.length,
    none: "Nothing needs a person.",
    below,
  };
};

const TONES = { critical: "bad", warning: "warning", note: "plain" } as const;

const rowOf = ({ id, level, cause, where }: Finding): Row => ({
  key: id,
  cells: [level, terminalText(cause)],
  target: { kind: "finding", leadsTo: leadOf(where) },
  tone: TONES[level],
  detail: terminalText(cause),
});

const leadOf = ({ page, name, filter }: Finding["where"]): Lead | undefined => {
  if (page === "redis") return undefined;
  if (page === "queue")
    return {
      tab: "queues",
      ...(name !== undefined && { queue: name }),
      ...(filter !== undefined && { filter }),
    };
  // What is alike in errors lies among the retries.
  const tab = page === "errors" ? "retries" : page;
  return { tab, ...(filter !== undefined && page !== "queues" && { filter }) };
};

/** A number out of Redis may be anything. */
const blocksOf = (count: number, most: number): number =>
  Math.max(0, Math.min(WIDEST_BAR, (WIDEST_BAR * count) / most));

export const dayLines = (days: readonly DayStats[]): readonly Line[] => {
  const most = Math.max(1, ...days.map(({ processed }) => processed));
  return days.map(({ date, processed, failed }) => {
    const bar = "█".repeat(Math.round(blocksOf(processed, most)));
    const bad = Math.min(bar.length, Math.ceil(blocksOf(failed, most)));
    return [
      `${date.padEnd(12)}${withCommas(processed).padStart(13)}${withCommas(failed).padStart(11)}  `,
      [bar.slice(bad), "good"],
      [bar.slice(0, bad), "bad"],
    ];
  });
};

/** Findings are drawn from samples of all lists: they are made anew every half minute, and whatever was found is shown meanwhile. */
export class FindingsKept {
  readonly goals: Goals;
  #found: readonly Finding[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;

  /** @param goals for how long jobs of each queue may wait */
  constructor(goals: Goals = {}) {
    this.goals = goals;
  }

  async read(api: ApiConnection, nowMs: number): Promise<readonly Finding[]> {
    if (nowMs - this.#readAtMs < EVERY_MS) return this.#found;
    this.#found = await new Findings(api).read(this.goals);
    this.#readAtMs = nowMs;
    return this.#found;
  }
}

const EVERY_MS = 30_000;
