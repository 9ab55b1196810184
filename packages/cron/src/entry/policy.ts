/** What tsq does for an entry beyond sidekiq-cron, where the entry asks for it. Ruby knows nothing of it. */
import { isRecord } from "@tsq/core/protocol";

/** What becomes of instants for which no process was there: nothing, the last one fires, or all do. */
export type CatchUp = "none" | "last" | "all";
/** What becomes of an instant while the run of the one before goes on: it fires, is left out, or waits. */
export type Overlap = "allow" | "skip" | "queue";

/** What an entry asks of tsq. */
export interface Policy {
  readonly catchUp: CatchUp;
  /** So many instants fire late at most, the newest. */
  readonly catchUpMax: number;
  readonly overlap: Overlap;
  /** Seconds over which the start is spread. */
  readonly jitter: number;
  /** Whether the end of the last run is written down. */
  readonly outcomes: boolean;
  /**
   * The class that somebody has said to be no ActiveJob; empty where nobody has. By its name: Ruby may give the entry
   * another class, and knows nothing of this.
   */
  readonly plain: string;
}

/** Of an entry that asks for nothing: what sidekiq-cron does. */
export const USUAL: Policy = {
  catchUp: "none",
  catchUpMax: 100,
  overlap: "allow",
  jitter: 0,
  outcomes: false,
  plain: "",
};

/** Whether somebody must keep an eye on its runs. */
export const isWatched = ({ overlap, outcomes }: Policy): boolean => overlap !== "allow" || outcomes;

/** The text in Redis; undefined where there is nothing to say. */
export const writePolicy = (policy: Policy): string | undefined => {
  const own = Object.entries(policy).filter(([name, value]) => value !== USUAL[name as keyof Policy]);
  return own.length === 0 ? undefined : JSON.stringify(Object.fromEntries(own));
};

/** What cannot be read is what is usual. */
export const readPolicy = (text: string | undefined): Policy => {
  if (text === undefined) return USUAL;
  const { catchUp, catchUpMax, overlap, jitter, outcomes, plain } = recordIn(text);
  return {
    catchUp: catchUp === "last" || catchUp === "all" ? catchUp : USUAL.catchUp,
    catchUpMax: typeof catchUpMax === "number" ? catchUpMax : USUAL.catchUpMax,
    overlap: overlap === "skip" || overlap === "queue" ? overlap : USUAL.overlap,
    jitter: typeof jitter === "number" ? jitter : USUAL.jitter,
    outcomes: outcomes === true,
    plain: typeof plain === "string" ? plain : USUAL.plain,
  };
};

const recordIn = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
};
