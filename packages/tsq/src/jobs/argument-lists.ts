/** Lists of arguments in a file: one in each line, or all of them in one JSON array. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { ConfigError, InvalidJobError } from "@tsq/core";
import { dumpJson, parseArgs, parseJson } from "@tsq/core/protocol";

/** A list of arguments, and the line that it stands in; of one array its place there. */
export interface ArgumentList {
  readonly args: readonly unknown[];
  readonly at: number;
}

export interface ArgumentLists {
  readonly lists: AsyncIterable<ArgumentList>;
  /** 0 where nobody knows. */
  readonly total: number;
  /** What `at` counts. */
  readonly unit: "line" | "list";
}

const STDIN = "-";

/**
 * Those of a file are all looked at first: one that is wrong must not be found when thousands are pushed already.
 *
 * @throws ConfigError when there is no such file. InvalidJobError for the first list that is none
 */
export const argumentLists = async (path: string): Promise<ArgumentLists> => {
  if (path !== STDIN) {
    const found = await stat(path).catch((error: Error) => {
      throw new ConfigError(
        `Expected --bulk to be a file, got \`${path}\` (${error.message}). Write - for standard input.`,
      );
    });
    // A pipe or a device can be read but once.
    if (found.isFile()) return ofFile(path).catch(withNothingPushed);
  }
  return read(path, false);
};

/** Who hears of line 2,501 wonders what became of those before it. */
const withNothingPushed = (error: unknown): never => {
  throw error instanceof InvalidJobError
    ? new InvalidJobError(`${error.message} Nothing was pushed.`)
    : error;
};

const ofFile = async (path: string): Promise<ArgumentLists> => {
  const hasLines = /\.(?:jsonl|ndjson)$/i.test(path);
  let total = 0;
  const { lists } = await read(path, hasLines);
  for await (const _ of lists) total++;
  return { ...(await read(path, hasLines)), total };
};

const read = async (path: string, hasLines: boolean): Promise<ArgumentLists> => {
  const lines = linesOf(path);
  const first = await lines.next();
  if (first.done) return { lists: none(), total: 0, unit: "line" };
  const second = hasLines ? undefined : await lines.next();
  const whole = second && isWhole(first.value, second.done === true);
  if (whole) {
    // It may be written over many lines, and is one text.
    const rest: string[] = second.done ? [] : [second.value.text];
    for await (const { text } of lines) rest.push(text);
    return { lists: ofArray([first.value.text, ...rest].join("\n")), total: 0, unit: "list" };
  }
  const early = second && !second.done ? [first.value, second.value] : [first.value];
  return { lists: ofLines(early, lines), total: 0, unit: "line" };
};

interface Line {
  readonly text: string;
  /** From 1. */
  readonly at: number;
}

/** Those with something in them. */
async function* linesOf(path: string): AsyncGenerator<Line> {
  const input = path === STDIN ? process.stdin : createReadStream(path);
  let at = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    at++;
    const text = (at === 1 ? line.replace(/^\uFEFF/, "") : line).trim();
    if (text !== "") yield { text, at };
  }
}

/** A first line that is no JSON by itself begins an array; one alone, with nothing but lists in it, is one. */
const isWhole = ({ text }: Line, isAlone: boolean): boolean => {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return text.startsWith("[");
  }
  return isAlone && Array.isArray(value) && value.length > 0 && value.every((one) => Array.isArray(one));
};

async function* ofLines(early: readonly Line[], lines: AsyncIterable<Line>): AsyncGenerator<ArgumentList> {
  for (const line of early) yield ofLine(line);
  for await (const line of lines) yield ofLine(line);
}

const ofLine = ({ text, at }: Line): ArgumentList => {
  let args: unknown;
  try {
    args = parseArgs(text);
  } catch (error) {
    throw refused(`line ${at}`, text, (error as Error).message);
  }
  if (!Array.isArray(args)) throw refused(`line ${at}`, text);
  return { args, at };
};

async function* ofArray(text: string): AsyncGenerator<ArgumentList> {
  let lists: unknown;
  try {
    lists = parseJson(text);
  } catch (error) {
    throw refused("the file", text, (error as Error).message);
  }
  if (!Array.isArray(lists)) throw refused("the file", text);
  for (const [i, args] of lists.entries()) {
    if (!Array.isArray(args)) throw refused(`list ${i + 1}`, dumpJson(args));
    yield { args, at: i + 1 };
  }
}

async function* none(): AsyncGenerator<ArgumentList> {}

const LONGEST = 80;

const refused = (where: string, text: string, why?: string): InvalidJobError => {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return new InvalidJobError(
    `Expected a JSON array of arguments in ${where} of --bulk, got \`${short}\`${why === undefined ? "" : ` (${why})`}. ` +
      'Write [42, "hello"] in each line.',
  );
};
