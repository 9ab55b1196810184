/** Quiet and stop: as the commands do it. */
import type { ProcessRecord } from "@tsq/core/api";
import { stillAlive, tellProcesses } from "../jobs/process-work.ts";
import { endedText, orderQuestion } from "../jobs/process-words.ts";
import type { ProcessOrder } from "../jobs/process-words.ts";
import type { Hands } from "../jobs/hands.ts";
import type { Deed } from "./deed.ts";

export const askOfProcesses = async (
  { api, write, problemOf }: Hands,
  order: ProcessOrder,
  processes: readonly ProcessRecord[],
): Promise<Deed> => {
  const own = processes.filter(({ isEmbedded }) => !isEmbedded);
  if (own.length === 0)
    return { said: "Nothing was done: it runs inside another program. Stop that program." };
  const there = await stillAlive(api, own);
  const embedded = processes.length - own.length;
  const others =
    embedded > 0
      ? [`${embedded} of ${processes.length} left alone: what runs inside another program stops with that.`]
      : [];
  const gone = endedText(own.length - there.length, own.length);
  if (there.length === 0) return { said: gone.join(" ") };
  const { question, about } = orderQuestion(order, there);
  return {
    question,
    about: [...about, ...gone, ...others],
    typed: undefined,
    doing: "Telling",
    total: there.length,
    begin: async (work) =>
      (await tellProcesses(api, order, there, work, { isAll: false, problemOf, write })).text,
  };
};
