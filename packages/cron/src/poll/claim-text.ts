/** Who has taken an instant and not yet fired it: the text that `tsq:cron:claims` has of it, words with spaces between. */

export interface ClaimRecord {
  /** When, in milliseconds, by the clock of whoever took it. */
  readonly takenMs: number;
  /** The process. */
  readonly by: string;
  /** Which of its claims, so that no two are the same. */
  readonly count: number;
}

export const writeClaim = ({ takenMs, by, count }: ClaimRecord): string => `${takenMs} ${by} ${count}`;

/** The process that has taken it; empty where the text is no claim. */
export const takenBy = (text: string): string => text.split(" ")[1] ?? "";

/** When it was taken; not a number where the text is no claim. */
export const takenAtMs = (text: string): number => Number.parseInt(text, 10);
