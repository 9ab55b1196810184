/** What was read of a place: rows of text with what they stand for, so that a frame is drawn without Redis. */
import type { JobPlace, ProcessRecord } from "@tsq/core/api";
import type { Column } from "../cli/narrowed.ts";
import type { Line, Tone } from "./line.ts";

/** What a row stands for. */
export type Target =
  | { readonly kind: "job"; readonly at: JobPlace }
  | { readonly kind: "queue"; readonly name: string; readonly isPaused: boolean }
  | { readonly kind: "process"; readonly process: ProcessRecord }
  | { readonly kind: "finding"; readonly leadsTo: Lead | undefined }
  | { readonly kind: "class"; readonly name: string };

/** Where a finding sends one. */
export interface Lead {
  readonly tab: "busy" | "queues" | "scheduled" | "retries" | "dead";
  readonly queue?: string;
  readonly filter?: string;
}

export interface Row {
  /** The same while it is the same thing: the row that one is on stays the same. */
  readonly key: string;
  /** What a terminal may show. */
  readonly cells: readonly string[];
  readonly target: Target;
  readonly tone?: Tone;
  /** What is said below the list while one is on it. */
  readonly detail?: string;
}

export interface Picture {
  /** The list that it is of. */
  readonly of: string;
  readonly title: string;
  readonly columns: readonly TopColumn[];
  readonly rows: readonly Row[];
  /** How many there are before the first row; of a filter that is not known, and it is 0. */
  readonly from: number;
  /** How many there are in all, found or not. */
  readonly total: number;
  /** Where the next page of a filter begins. */
  readonly next?: string | undefined;
  /** How many were looked at, of a filter. */
  readonly looked?: number;
  /** For how many rows there is room, where that is less than usual. */
  readonly page?: number;
  /** What is said where there are no rows. */
  readonly none: string;
  /** Lines below the rows. */
  readonly below?: readonly Line[];
  /** Of a job: its lines, which are as long as they are. */
  readonly facts?: readonly (readonly [label: string, text: string])[];
}

export interface TopColumn extends Column {
  /** Left out where there is no room, the first of them first. */
  readonly isExtra?: boolean;
}

/** The numbers in the head. */
export interface Totals {
  readonly processed: number;
  readonly failed: number;
  readonly busy: number;
  readonly enqueued: number;
  readonly retries: number;
  readonly scheduled: number;
  readonly dead: number;
}
