/** `tsq quiet` and `stop`: what a process is told. */
import { ConfigError } from "@tsq/core";
import { ProcessSet } from "@tsq/core/api";
import type { ApiConnection, ProcessRecord } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { counted } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { withApi } from "../cli/with-api.ts";
import { writeAudit } from "../jobs/audit.ts";
import { orderQuestion, toldText } from "../jobs/process-words.ts";
import type { ProcessOrder } from "../jobs/process-words.ts";
import type { ProcessChangeFlags } from "./process-change-commands.ts";

export const quiet = (context: CommandContext, flags: ProcessChangeFlags, identity: string): Promise<void> =>
  tellProcesses(context, flags, identity, "quiet");

export const stop = (context: CommandContext, flags: ProcessChangeFlags, identity: string): Promise<void> =>
  tellProcesses(context, flags, identity, "stop");

const tellProcesses = async (
  context: CommandContext,
  flags: ProcessChangeFlags,
  identity: string,
  verb: ProcessOrder,
): Promise<void> => {
  const { out } = context;
  if ((identity === "") !== (flags.all === true)) {
    throw new ConfigError(
      `Expected the identity of a process or --all, got ${identity === "" ? "neither" : "both"}. \`tsq ps\` lists them.`,
    );
  }
  await withApi(context, async (api) => {
    const meant = flags.all
      ? (await new ProcessSet(api).all()).filter(({ isEmbedded }) => !isEmbedded)
      : [await namedProcess(api, identity)];
    if (meant.length === 0) return out.line("No process is there, and nothing was done.");
    const what = flags.all ? counted(meant.length, "process", "processes") : (meant[0]?.identity ?? "");
    const { question, about } = orderQuestion(verb, what, meant);
    if (!(await out.confirm(question, { about }))) return out.warn("Nothing was done.");
    for (const process of meant) await process[verb]();
    await writeAudit(api, out, {
      action: `${flags.all ? "fleet" : "process"}.${verb}`,
      subject: what,
      count: meant.length,
      reason: flags.reason,
    });
    const identities = meant.map((process) => process.identity);
    if (flags.json) return out.json({ action: verb, told: identities });
    out.line(toldText(what));
  });
};

/** @throws ConfigError when there is none, or several begin like that */
const namedProcess = async (api: ApiConnection, name: string): Promise<ProcessRecord> => {
  const all = await new ProcessSet(api).all();
  const exact = all.find(({ identity }) => identity === name);
  const alike = all.filter(({ identity }) => identity.startsWith(name));
  const [first, another] = exact ? [exact] : alike;
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
