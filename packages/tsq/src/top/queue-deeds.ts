/** Pause, resume and clear: as the commands do it. */
import { Queue } from "@tsq/core/api";
import { counted, withCommas } from "../cli/counted.ts";
import { unfinished } from "../cli/early-end.ts";
import { steps } from "../cli/progress.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { clearedText, clearQuestion, pausedText, resumedText, rubyBeside } from "../jobs/queue-words.ts";
import { clearQueue, leftIn, switchQueue } from "../jobs/queue-work.ts";
import type { Hands } from "../jobs/hands.ts";
import type { AtOnce, Deed } from "./deed.ts";

interface SeenQueue {
  readonly name: string;
  readonly isPaused: boolean;
}

/** One is not asked about, where it is as one has seen it: the same key undoes it. */
export const pauseOrResume = async (hands: Hands, queues: readonly SeenQueue[]): Promise<Deed> => {
  const { api } = hands;
  const there: SeenQueue[] = [];
  for (const { name } of queues) there.push({ name, isPaused: await new Queue(name, api).isPaused() });
  const isOne = there.length === 1 && there[0]?.isPaused === queues[0]?.isPaused;
  // Of a mixture one means to pause what goes on: it must not resume what somebody else has paused.
  const isResume = there.every(({ isPaused }) => isPaused);
  const meant = isResume ? there : there.filter(({ isPaused }) => !isPaused);
  const already = there.length - meant.length;
  const shown = meant.length === 1 ? terminalText(meant[0]?.name ?? "") : counted(meant.length, "queue");
  const work = switching(hands, meant, isResume);
  if (isOne) return work;
  return {
    ...work,
    question: `${isResume ? "Resume" : "Pause"} ${shown}?`,
    about: [
      ...(meant.length > 1 ? [`  ${meant.map(({ name }) => terminalText(name)).join(", ")}`] : []),
      ...(already > 0 ? [`${withCommas(already)} paused already: left as they are.`] : []),
      ...(there.length === 1 ? [`Somebody else has ${isResume ? "paused" : "resumed"} it meanwhile.`] : []),
    ],
    typed: undefined,
  };
};

const switching = (hands: Hands, queues: readonly SeenQueue[], isResume: boolean): AtOnce => ({
  doing: isResume ? "Resuming" : "Pausing",
  total: queues.length,
  begin: async (work) => {
    const said: string[] = [];
    try {
      for await (const { name } of steps(queues, work)) said.push(await switched(hands, name, isResume));
    } catch (error) {
      throw unfinished(error, {
        done: said.length,
        total: queues.length,
        of: ["queue", "queues"],
        did: isResume ? "resumed" : "paused",
        named: queues.slice(0, said.length).map(({ name }) => name),
        problemOf: hands.problemOf,
      });
    }
    return said.join(" ");
  },
});

const switched = async (hands: Hands, name: string, isResume: boolean): Promise<string> => {
  const { api } = hands;
  const was = await switchQueue(new Queue(name, api), isResume, hands);
  if (isResume) return resumedText(name, was);
  const ruby = await rubyBeside(api, name);
  return [`${pausedText(name, was)}: p ends it.`, ...(ruby === "" ? [] : [ruby])].join(" ");
};

export const askOfClear = async (
  hands: Hands,
  queues: readonly { readonly name: string }[],
): Promise<Deed> => {
  const [{ name } = { name: "" }] = queues;
  if (queues.length !== 1)
    return { said: "Nothing was done: queues are cleared one by one. Untick all but one." };
  const queue = new Queue(name, hands.api);
  const there = await queue.counted();
  return {
    ...clearQuestion(name, there.count),
    doing: "Deleting",
    total: there.count,
    begin: async () => {
      const done = await clearQueue(queue, there, hands);
      return clearedText(name, done, await leftIn(queue));
    },
  };
};
