/** `tsq quiet` and `stop`: what a process is told. */
import { ConfigError } from "@tsq/core";
import { ProcessSet } from "@tsq/core/api";
import type { ApiConnection, ProcessRecord } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { withApi } from "../cli/with-api.ts";
import { tellProcesses } from "../jobs/process-work.ts";
import { orderQuestion } from "../jobs/process-words.ts";
import type { ProcessOrder } from "../jobs/process-words.ts";
import { handsOf } from "./command-hands.ts";
import type { ProcessChangeFlags } from "./process-change-commands.ts";

export const quiet = (context: CommandContext, flags: ProcessChangeFlags, identity: string): Promise<void> =>
  change(context, flags, identity, "quiet");

export const stop = (context: CommandContext, flags: ProcessChangeFlags, identity: string): Promise<void> =>
  change(context, flags, identity, "stop");

const change = async (
  context: CommandContext,
  flags: ProcessChangeFlags,
  identity: string,
  order: ProcessOrder,
): Promise<void> => {
  const { out } = context;
  const isAll = flags.all === true;
  if ((identity === "") !== isAll) {
    throw new ConfigError(
      `Expected the identity of a process or --all, got ${identity === "" ? "neither" : "both"}. \`tsq ps\` lists them.`,
    );
  }
  await withApi(context, async (api, url) => {
    const meant = isAll
      ? (await new ProcessSet(api).all()).filter(({ isEmbedded }) => !isEmbedded)
      : [await namedProcess(api, identity)];
    if (meant.length === 0) return out.say("No process is there, and nothing was done.");
    const { question, about } = orderQuestion(order, meant);
    if (!(await out.confirm(question, { about }))) return out.warn("Nothing was done.");
    const { identities, text } = await out.work({ label: "Telling", total: meant.length }, (work) =>
      tellProcesses(api, order, meant, work, {
        isAll,
        ...handsOf(api, url, context, flags),
      }),
    );
    if (flags.json) return out.json({ action: order, told: identities });
    out.say(text);
  });
};

/** @throws ConfigError when there is none, several begin like that, or it obeys another program */
const namedProcess = async (api: ApiConnection, name: string): Promise<ProcessRecord> => {
  const all = await new ProcessSet(api).all();
  const exact = all.find(({ identity }) => identity === name);
  const alike = all.filter(({ identity }) => identity.startsWith(name));
  const [first, another] = exact ? [exact] : alike;
  if (first?.isEmbedded && !another)
    throw new ConfigError(
      `Expected a process that obeys signals, got \`${terminalText(first.identity)}\`, which runs inside another program. Stop that program.`,
    );
  if (first && !another) return first;
  const what = first ? "the beginning of several" : "none";
  throw new ConfigError(
    `Expected the identity of one process, got \`${terminalText(name)}\`, which is ${what}. ${remedyFor(first ? alike : all)}`,
  );
};

const SHOWN = 5;

const remedyFor = (processes: readonly ProcessRecord[]): string => {
  if (processes.length === 0) return "There is no process in this Redis.";
  const names = processes.slice(0, SHOWN).map(({ identity }) => terminalText(identity));
  const more = processes.length > SHOWN ? ", and more" : "";
  return `There are ${names.join(", ")}${more}; see \`tsq ps\`.`;
};
