/** What is done to queues and to processes: as the commands do it. */
import { ProcessSet, Queue } from "@tsq/core/api";
import type { ApiConnection, ProcessRecord } from "@tsq/core/api";
import { counted, withCommas } from "../cli/counted.ts";
import { StoppedError, UnfinishedError } from "../cli/early-end.ts";
import { terminalText } from "../cli/terminal-text.ts";
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

interface SeenQueue {
  readonly name: string;
  readonly isPaused: boolean;
}

/** One is not asked about, where it is as one has seen it: the same key undoes it. */
export const pauseOrResume = async (hands: Hands, queues: readonly SeenQueue[]): Promise<Deed> => {
  const { api } = hands;
  const there: SeenQueue[] = [];
  for (const { name } of queues) there.push({ name, isPaused: await new Queue(name, api).isPaused() });
  const [only] = there;
  const isOne = there.length === 1 && only?.isPaused === queues[0]?.isPaused;
  // Of a mixture one means to pause what goes on: it must not resume what somebody else has paused.
  const isResume = there.every(({ isPaused }) => isPaused);
  const meant = isResume ? there : there.filter(({ isPaused }) => !isPaused);
  if (isOne && only) return { said: await switched(hands, only.name, isResume) };
  const already = there.length - meant.length;
  const shown = meant.length === 1 ? terminalText(meant[0]?.name ?? "") : counted(meant.length, "queue");
  return {
    question: `${isResume ? "Resume" : "Pause"} ${shown}?`,
    about: [
      ...(meant.length > 1 ? [`  ${meant.map(({ name }) => terminalText(name)).join(", ")}`] : []),
      ...(already > 0 ? [`${withCommas(already)} paused already: left as they are.`] : []),
      ...(there.length === 1 ? [`Somebody else has ${isResume ? "paused" : "resumed"} it meanwhile.`] : []),
    ],
    typed: undefined,
    doing: isResume ? "Resuming" : "Pausing",
    total: meant.length,
    begin: async ({ signal, tell }) => {
      const said: string[] = [];
      for (const { name } of meant) {
        if (signal.aborted) throw new StoppedError(meant.length, said.length);
        try {
          said.push(await switched(hands, name, isResume));
        } catch (error) {
          if (said.length === 0) throw error;
          const done = meant.slice(0, said.length).map((one) => terminalText(one.name));
          throw new UnfinishedError(
            `${hands.problemOf(error)} Before that ${withCommas(said.length)} of ${counted(meant.length, "queue")} ${said.length === 1 ? "was" : "were"} ${isResume ? "resumed" : "paused"}: ${done.join(", ")}.`,
            { cause: error },
          );
        }
        tell(said.length);
      }
      return said.join(" ");
    },
  };
};

const switched = async ({ api, write }: Hands, name: string, isResume: boolean): Promise<string> => {
  const queue = new Queue(name, api);
  const was = await queue.isPaused();
  await (isResume ? queue.resume() : queue.pause());
  await write(isResume ? resumed(name, was) : paused(name, was));
  if (isResume) return resumedText(name, was);
  const ruby = await rubyBeside(api, name);
  return [`${pausedText(name, was)}: p ends it.`, ...(ruby === "" ? [] : [ruby])].join(" ");
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
  { api, write }: Hands,
  order: ProcessOrder,
  processes: readonly ProcessRecord[],
): Promise<Deed> => {
  const own = processes.filter(({ isEmbedded }) => !isEmbedded);
  if (own.length === 0)
    return { said: "Nothing was done: it runs inside another program. Stop that program." };
  const there = await alive(api, own);
  const what = whatOf(there);
  const goneText = (gone: number): readonly string[] =>
    gone > 0 ? [`${counted(gone, "process", "processes")} picked ${gone === 1 ? "has" : "have"} ended.`] : [];
  if (there.length === 0) return { said: "Nothing was done: it has ended." };
  const { question, about } = orderQuestion(order, what, there);
  return {
    question,
    about: [...about, ...goneText(own.length - there.length)],
    typed: undefined,
    doing: "Telling",
    total: there.length,
    begin: async () => {
      const still = await alive(api, there);
      for (const process of still) {
        await process[order]();
        await write({ action: `process.${order}`, subject: process.identity, count: 1 });
      }
      if (still.length === 0) return "Nothing was done: it has ended.";
      return [toldText(whatOf(still)), ...goneText(there.length - still.length)].join(" ");
    },
  };
};

const whatOf = (processes: readonly ProcessRecord[]): string =>
  processes.length === 1 ? (processes[0]?.identity ?? "") : counted(processes.length, "process", "processes");

/** Those that are there now, as they are now: what was ticked may have ended since. */
const alive = async (
  api: ApiConnection,
  seen: readonly ProcessRecord[],
): Promise<readonly ProcessRecord[]> => {
  const identities = new Set(seen.map(({ identity }) => identity));
  return (await new ProcessSet(api).all()).filter(({ identity }) => identities.has(identity));
};
