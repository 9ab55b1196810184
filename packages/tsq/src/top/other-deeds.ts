/** What is done to queues and to processes: as the commands do it. */
import { Queue } from "@tsq/core/api";
import type { ProcessRecord } from "@tsq/core/api";
import { counted } from "../cli/counted.ts";
import { orderQuestion, toldText } from "../jobs/process-words.ts";
import type { ProcessOrder } from "../jobs/process-words.ts";
import {
  cleared,
  clearedText,
  clearQuestion,
  paused,
  pausedText,
  resumed,
  resumedText,
  rubyBeside,
} from "../jobs/queue-words.ts";
import type { Deed, Hands } from "./deed.ts";

/** Not asked about: the same key undoes it. */
export const pauseOrResume = async (
  { api, write }: Hands,
  queues: readonly { readonly name: string; readonly isPaused: boolean }[],
): Promise<Deed> => {
  const said: string[] = [];
  // By what one has seen: a queue that somebody else has paused meanwhile is not resumed by the key that was to pause it.
  for (const { name, isPaused } of queues) {
    const queue = new Queue(name, api);
    const was = await queue.isPaused();
    await (isPaused ? queue.resume() : queue.pause());
    await write(isPaused ? resumed(name) : paused(name));
    if (isPaused) said.push(resumedText(name, was));
    else said.push(`${pausedText(name, was)}: p ends it.`, await rubyBeside(api, name));
  }
  return { said: said.filter((line) => line !== "").join(" ") };
};

export const askOfClear = async (
  { api, write }: Hands,
  queues: readonly { readonly name: string }[],
): Promise<Deed> => {
  const [{ name } = { name: "" }] = queues;
  if (queues.length !== 1)
    return { said: "Nothing was done: queues are cleared one by one. Untick all but one." };
  const queue = new Queue(name, api);
  const size = await queue.size();
  return {
    ...clearQuestion(name, size),
    doing: "Deleting",
    total: size,
    begin: async () => {
      const done = await queue.clear();
      await write(cleared(name, done));
      return clearedText(name, done);
    },
  };
};

export const askOfProcesses = async (
  { write }: Hands,
  order: ProcessOrder,
  processes: readonly ProcessRecord[],
): Promise<Deed> => {
  const own = processes.filter(({ isEmbedded }) => !isEmbedded);
  if (own.length === 0)
    return { said: "Nothing was done: it runs inside another program. Stop that program." };
  const what = own.length === 1 ? (own[0]?.identity ?? "") : counted(own.length, "process", "processes");
  return {
    ...orderQuestion(order, what, own),
    typed: undefined,
    doing: "Telling",
    total: own.length,
    begin: async () => {
      for (const process of own) {
        await process[order]();
        await write({ action: `process.${order}`, subject: process.identity, count: 1 });
      }
      return toldText(what);
    },
  };
};
