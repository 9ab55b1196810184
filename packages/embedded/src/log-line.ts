/** What a line of Valkey's log says, without the process id and the date in front: both are made up. */

/** Valkey's `.`, `-`, `*` and `#`. */
export type LogLevel = "debug" | "info" | "warn";

export interface LogLine {
  readonly message: string;
  readonly level: LogLevel;
}

const LEVELS: Readonly<Record<string, LogLevel>> = { ".": "debug", "-": "debug", "*": "info", "#": "warn" };

/**
 * `42:M 04 Dec 2088 19:33:21.436 * Ready to accept …`. The log's clock keeps 32 bits of a number that needs
 * more, so it begins anywhere; where it begins below zero, Valkey puts a sign before any part of the date:
 * `42:M -752 Jan 1970 00:-19:-27.503 * Ready …`.
 */
const PREFIX = /^\d+:\w -?\d+ \w{3} -?\d+ -?\d+:-?\d+:-?\d+\.-?\d+ ([.\-*#]) /;

export const parseLogLine = (line: string): LogLine => {
  const prefix = PREFIX.exec(line);
  if (!prefix) return { message: line, level: "info" };
  return { message: line.slice(prefix[0].length), level: LEVELS[prefix[1] ?? ""] ?? "info" };
};
