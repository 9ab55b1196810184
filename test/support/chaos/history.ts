/**
 * What happened in a chaos run: each process appends to a file of its own, line by line, before the next step,
 * so that a killed one has told everything. Times are milliseconds of the machine's monotonic clock, which all
 * its processes share and no clock step reaches.
 */
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a numbered job is told to do. */
export interface Plan {
  /** How long a run takes. */
  readonly ms: number;
  /** So many first attempts fail. */
  readonly fails: number;
  /** The job's `retry`. */
  readonly retries: number;
  /** Not before this. */
  readonly dueAt?: number;
  /** The payload is no JSON: it can only go to the dead set. */
  readonly isMalformed?: boolean;
}

/** What a Redis that came back without its last moments had then, before anybody spoke to it. */
export interface Memory {
  /** The pushes that it had heard of, by id, wherever their jobs are by then. */
  readonly knows: readonly string[];
  /** The jobs that it held: in a queue, in flight, in a set. */
  readonly holds: readonly string[];
}

export type HistoryEvent =
  /** The driver is about to push; `id` is the jid, or the text of a malformed payload. */
  | {
      readonly kind: "pushing";
      readonly at: number;
      readonly n: number;
      readonly id: string;
      readonly plan: Plan;
    }
  | { readonly kind: "accepted"; readonly at: number; readonly n: number }
  /** The push was answered with an error: the job may be there or not. */
  | { readonly kind: "refused"; readonly at: number; readonly n: number; readonly error: string }
  | {
      readonly kind: "start";
      readonly at: number;
      readonly n: number;
      readonly id: string;
      readonly attempt: number;
      readonly pid: number;
      readonly run: string;
    }
  | {
      readonly kind: "end";
      readonly at: number;
      readonly n: number;
      readonly run: string;
      /** `aborted`: its signal told it to end, because the job had been given away. */
      readonly how: "done" | "failed" | "aborted";
    }
  | { readonly kind: "killed"; readonly at: number; readonly pid: number }
  | { readonly kind: "frozen"; readonly at: number; readonly pid: number }
  /** So many jobs came onto the pads of a process that was frozen. */
  | { readonly kind: "landed"; readonly at: number; readonly pid: number; readonly jobs: number }
  | { readonly kind: "thawed"; readonly at: number; readonly pid: number }
  /** Its identity hash has expired. */
  | { readonly kind: "expired"; readonly at: number; readonly pid: number }
  | { readonly kind: "told to stop"; readonly at: number; readonly pid: number; readonly graceMs: number }
  | { readonly kind: "exited"; readonly at: number; readonly pid: number; readonly code: number | null }
  /**
   * Redis could not be reached, or answered nothing, for a time: acknowledgements waited. `everyone` is the
   * driver too: a push whose answer was lost is sent again, and is there twice if Redis forgot its number meanwhile.
   */
  | {
      readonly kind: "outage";
      readonly at: number;
      readonly until: number;
      readonly of: "everyone" | "workers";
    }
  /**
   * Redis forgot: what it has confirmed within the window before `at`, and from then `until`, may be gone. What is
   * gone it was asked.
   */
  | ({
      readonly kind: "rollback";
      readonly at: number;
      readonly windowMs: number;
      readonly until?: number;
    } & Memory)
  /** A process's clock is wrong by so much. */
  | { readonly kind: "clock step"; readonly at: number; readonly pid: number; readonly byMs: number };

export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

export class History {
  readonly folder: string;
  readonly #file: number;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "tsq-chaos-"));
    this.#file = openSync(join(this.folder, "harness.jsonl"), "a");
  }

  note(event: HistoryEvent): void {
    writeSync(this.#file, `${JSON.stringify(event)}\n`);
  }

  /** Everything told so far, in the order of its times. */
  events(): readonly HistoryEvent[] {
    const told = readdirSync(this.folder).flatMap((name) =>
      eventsIn(readFileSync(join(this.folder, name), "utf8")),
    );
    return told.toSorted((one, other) => one.at - other.at);
  }

  /** Keeps the files of a run that went wrong. */
  close({ isKept = false } = {}): void {
    closeSync(this.#file);
    if (!isKept) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A line that was cut off by a kill tells nothing. */
export function eventsIn(text: string): readonly HistoryEvent[] {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as HistoryEvent);
}
