/** Jobs as rows of a table: what one looks for in a list, and the jid whole, for it is what one types next. */
import { dumpJson, numberIn } from "@tsq/core/protocol";
import { whenText } from "../cli/ages.ts";
import { listTable } from "../cli/list-table.ts";
import type { Column } from "../cli/narrowed.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { isTooDeep } from "./deep-jobs.ts";
import type { PlacedJob } from "./job-lists.ts";

type Cell = (placed: PlacedJob, nowMs: number) => string;

const JID: readonly [Column, Cell] = [{ head: "JID" }, ({ job }) => terminalText(job.jid ?? "(no jid)")];
const CLASS: readonly [Column, Cell] = [{ head: "Class", cuts: "class" }, ({ job }) => classText(job)];
const QUEUE: readonly [Column, Cell] = [
  { head: "Queue", cuts: "name" },
  ({ job }) => terminalText(job.queue ?? ""),
];
const ARGUMENTS: readonly [Column, Cell] = [{ head: "Arguments", cuts: "text" }, ({ job }) => argsText(job)];
const ERROR: readonly [Column, Cell] = [{ head: "Error", cuts: "text" }, ({ job }) => errorText(job)];
const PLACE: readonly [Column, Cell] = [{ head: "Where" }, ({ place }) => place];
const ATTEMPT: readonly [Column, Cell] = [
  { head: "Retry", isNumber: true },
  // The first failure has a count of 0 behind it.
  ({ job }) => String((numberIn(job.payload?.["retry_count"]) ?? -1) + 1),
];
const when = (head: string): readonly [Column, Cell] => [{ head }, ({ at }, nowMs) => whenText(at, nowMs)];

/** What is no job at all has no class either. */
export const classText = ({
  displayClass,
  error,
}: Pick<PlacedJob["job"], "displayClass" | "error">): string =>
  terminalText(displayClass ?? (error ? "(no job)" : "(no class)"));

/** The columns of each list. */
export const COLUMNS = {
  retry: [JID, when("Next"), ATTEMPT, CLASS, QUEUE, ERROR],
  dead: [JID, when("Died"), CLASS, QUEUE, ERROR],
  scheduled: [JID, when("Due"), CLASS, QUEUE, ARGUMENTS],
  queue: [JID, when("Enqueued"), CLASS, ARGUMENTS],
  running: [JID, when("Since"), CLASS, QUEUE, ARGUMENTS],
  anywhere: [JID, PLACE, when("When"), CLASS, QUEUE, [{ head: "Error", cuts: "text" }, ERROR[1]]],
} as const satisfies Record<string, readonly (readonly [Column, Cell])[]>;

export const jobTable = (
  of: keyof typeof COLUMNS,
  jobs: readonly PlacedJob[],
  width: number,
  nowMs = Date.now(),
): string =>
  listTable(
    COLUMNS[of].map(([column]) => column),
    jobs.map((job) => jobCells(of, job, nowMs)),
    width,
  );

/** What stands in the columns of a job. */
export const jobCells = (of: keyof typeof COLUMNS, job: PlacedJob, nowMs: number): readonly string[] =>
  COLUMNS[of].map(([, cell]) => cell(job, nowMs));

/** The arguments can be megabytes, and a cell is a line at most. */
const LONGEST = 500;

export const argsText = (job: PlacedJob["job"]): string => {
  if (job.error || isTooDeep(job)) return terminalText(job.text.slice(0, LONGEST));
  const text = dumpJson(job.displayArgs);
  return terminalText(text.slice(1, Math.min(text.length - 1, LONGEST)));
};

export const errorText = ({ payload, error, text }: PlacedJob["job"]): string => {
  if (error) return terminalText(text.slice(0, LONGEST));
  const { error_class: name, error_message: message } = payload ?? {};
  return [name, message]
    .filter((part) => typeof part === "string" && part !== "")
    .map((part) => terminalText((part as string).slice(0, LONGEST)))
    .join(": ");
};
