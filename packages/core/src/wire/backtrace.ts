/** `error_backtrace`: base64 of the zlib-deflated JSON array of lines (WIRE §2.3). */
import { deflateSync, inflateSync } from "node:zlib";

/** Packs as 7.2.1 and later do, without newlines; every version reads it. */
export const packBacktrace = (lines: readonly string[]): string =>
  deflateSync(JSON.stringify(lines)).toString("base64");

/** Reads both base64 flavours and 6.x's plain array; undefined when it is none of them. */
export const unpackBacktrace = (value: unknown): readonly string[] | undefined => {
  if (Array.isArray(value)) return linesOf(value);
  if (typeof value !== "string") return undefined;
  try {
    // Bounded, because a few kilobytes can be made to inflate to gigabytes.
    const packed = inflateSync(Buffer.from(value, "base64"), { maxOutputLength: LONGEST });
    const lines: unknown = JSON.parse(packed.toString("utf8"));
    return Array.isArray(lines) ? linesOf(lines) : undefined;
  } catch {
    // A backtrace that cannot be read must not hide the job that carries it.
    return undefined;
  }
};

const LONGEST = 16 * 1_024 * 1_024;

const linesOf = (lines: readonly unknown[]): readonly string[] =>
  lines.filter((line): line is string => typeof line === "string");

/**
 * The frames of a JavaScript stack as lines that Ruby's pages can show: they print each line unescaped,
 * so `<anonymous>` would vanish as a tag.
 */
export const backtraceLines = (stack: string | undefined): readonly string[] =>
  (stack ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at "))
    .map((line) => frame(line.slice(3)));

const frame = (text: string): string => {
  const named = /^(.*?) \((.*)\)$/.exec(text);
  const line = named ? `${named[2]}:in \`${named[1]}'` : text;
  return line.replaceAll("<", "(").replaceAll(">", ")").toWellFormed();
};
