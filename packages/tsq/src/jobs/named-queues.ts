/** Queues by the names that somebody has typed: one that is not there is a slip, and no empty queue. */
import { ConfigError } from "@tsq/core";
import { ProcessSet, Queue } from "@tsq/core/api";
import type { ApiConnection } from "@tsq/core/api";
import { nearest } from "@tsq/core/protocol";
import { terminalText } from "../cli/terminal-text.ts";

/** @throws ConfigError when nothing was ever pushed to it and nobody serves it, with the nearest */
export const existingQueue = async (api: ApiConnection, name: string): Promise<string> => {
  const pushed = (await Queue.all(api)).map((queue) => queue.name);
  if (pushed.includes(name)) return name;
  const served = (await new ProcessSet(api).all()).flatMap(({ queues }) => queues);
  if (served.includes(name)) return name;
  const names = [...new Set([...pushed, ...served])].sort();
  const meant = nearest(name, names);
  throw new ConfigError(
    `Expected the name of a queue, got \`${terminalText(name)}\`. ${remedyFor(meant, names)}`,
  );
};

const SHOWN = 10;

const remedyFor = (meant: string | undefined, names: readonly string[]): string => {
  if (meant !== undefined) return `Did you mean \`${terminalText(meant)}\`?`;
  if (names.length === 0) return "There is none in this Redis: is it the right one?";
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more; see \`tsq queues\`` : "";
  return `There are ${names.slice(0, SHOWN).map(terminalText).join(", ")}${more}.`;
};
