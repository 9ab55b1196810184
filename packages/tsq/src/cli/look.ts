/** What a command has read and prints: for people or programs, once or again and again. */
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError } from "@tsq/core";
import { ApiConnection } from "@tsq/core/api";
import type { CommandContext } from "./command.ts";
import { intervalMs } from "./interval.ts";
import type { LookFlags } from "./look-flags.ts";
import { orUnusable } from "./or-unusable.ts";
import { columns } from "./terminal-room.ts";
import { terminalLines } from "./terminal-text.ts";
import { Watch } from "./watch.ts";
import { wrapped } from "./wrapped.ts";

/** The same in each of the forms that it may be asked for. */
export interface Reading {
  /** Of `--json`: one document. */
  readonly document: unknown;
  /** Of `--jsonl`, as they come. */
  readonly lines: Iterable<unknown> | AsyncIterable<unknown>;
  /** For people, at most so wide. */
  readonly text: (width: number) => string;
}

/** @throws RedisUnusableError in one line; with `--watch` it is shown, and asked again */
export const look = async (
  context: CommandContext,
  flags: LookFlags,
  read: (api: ApiConnection) => Reading | Promise<Reading>,
): Promise<void> => {
  if (flags.json && flags.jsonl)
    throw new ConfigError("Expected --json or --jsonl, got both. Leave one out.");
  const everyMs = everyOf(flags.watch);
  const { url } = await context.redis();
  await using api = new ApiConnection({ redis: url });
  const readNow = (): Promise<string | undefined> => readAs(context, flags, () => read(api), url);
  if (everyMs === undefined) {
    const text = await readNow();
    if (text !== undefined) context.out.line(text);
    return;
  }
  const watch = new Watch(everyMs);
  for (;;) {
    // A Redis that is away comes back, and whoever watches waits for just that.
    const text = await readNow().catch((error: Error) => {
      const problem = terminalLines(error.message);
      if (!flags.json && !flags.jsonl) return wrapped(problem, columns(), 0).join("\n");
      // Whatever reads the pipe takes each of its lines for JSON.
      context.out.warn(`tsq: ${problem}`);
      return undefined;
    });
    if (text !== undefined) context.out.raw(watch.frame(text));
    await sleep(everyMs);
  }
};

/** Prints what is for programs; what is for people it answers. */
const readAs = async (
  { out }: CommandContext,
  { json, jsonl }: LookFlags,
  read: () => Reading | Promise<Reading>,
  url: string,
): Promise<string | undefined> => {
  try {
    const reading = await read();
    if (json) out.json(reading.document);
    else if (jsonl) for await (const line of reading.lines) out.json(line);
    else return reading.text(columns());
    return undefined;
  } catch (error) {
    throw orUnusable(error, url);
  }
};

const everyOf = (watch: LookFlags["watch"]): number | undefined =>
  watch === undefined
    ? undefined
    : intervalMs("--watch", watch === true ? undefined : watch, ", or --watch for every two seconds");
