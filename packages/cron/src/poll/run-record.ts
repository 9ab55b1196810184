/** The last run of an entry, as `tsq:cron:runs` has it: words with spaces between, because a script reads it too. */

/** How a run has ended, in the words of the event `concluded`; `running` until then. */
export type RunState = "running" | "done" | "cancelled" | "dead" | "discard" | "drop" | "late";

export interface RunRecord {
  readonly state: RunState;
  readonly jid: string;
  /** When it was pushed, in milliseconds. */
  readonly firedMs: number;
  /** The instant that it was pushed for. */
  readonly tick: string;
  /** 0 while it runs. */
  readonly endedMs: number;
}

export const writeRun = ({ state, jid, firedMs, tick, endedMs }: RunRecord): string =>
  `${state} ${jid} ${firedMs} ${tick} ${endedMs}`;

/** Undefined of what is none. */
export const readRun = (text: string | null | undefined): RunRecord | undefined => {
  const [, state, jid = "", fired, tick = "", ended] =
    /^(\w+) (\S+) (\d+) (\S+) (\d+)$/.exec(text ?? "") ?? [];
  if (!isState(state)) return undefined;
  return { state, jid, firedMs: Number(fired), tick, endedMs: Number(ended) };
};

const STATES: readonly string[] = ["running", "done", "cancelled", "dead", "discard", "drop", "late"];

export const isState = (text: string | undefined): text is RunState =>
  text !== undefined && STATES.includes(text);
