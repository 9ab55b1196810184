/**
 * The log that tsq makes itself: pino's lines on standard output. The two lines that every job has are put together
 * here and not by pino, byte for byte as it does: they are most of a log, and pino takes six times as long for them.
 */
import { pino, symbols } from "pino";
import type { Logger } from "pino";
import { ERROR_SERIALIZERS } from "@tsq/core/protocol";
import { logDestination } from "./log-destination.ts";
import type { LogDestination } from "./log-destination.ts";

/** Writes a line of a job at the level `info`. */
export type WriteJobLine = (jid: string, displayClass: string, message: string, elapsed?: number) => void;

/** Where logs of `plainLog()` go: of others it is not known what their lines look like. */
const plain = new WeakSet<object>();

/**
 * @param level of pino
 * @param destination standard output by default
 */
export const plainLog = (level = "info", destination: LogDestination = logDestination()): Logger => {
  plain.add(destination);
  return pino({ level, serializers: ERROR_SERIALIZERS }, destination);
};

/** Undefined unless the log is of `plainLog()`, or a child of one. */
export const jobLinesOf = (log: Logger): WriteJobLine | undefined => {
  const { [symbols.streamSym]: destination } = log as { [symbols.streamSym]?: LogDestination };
  if (!destination || !plain.has(destination)) return undefined;
  // Bindings of the log, with a comma in front; they may change.
  const own = log as unknown as { readonly [symbols.chindingsSym]: string };
  return (jid, displayClass, message, elapsed) => {
    const took = elapsed === undefined ? "" : `,"elapsed":${elapsed}`;
    destination.write(
      `{"level":30,"time":${Date.now()}${own[symbols.chindingsSym]},"jid":${quoted(jid)},"class":${quoted(displayClass)}${took},"msg":"${message}"}\n`,
    );
  };
};

const QUOTE = 34;
const BACKSLASH = 92;

/** As JSON. Jids and class names rarely have anything to escape, and a look is quicker than `JSON.stringify`. */
const quoted = (text: string): string => {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 32 || unit > 126 || unit === QUOTE || unit === BACKSLASH) return JSON.stringify(text);
  }
  return `"${text}"`;
};
