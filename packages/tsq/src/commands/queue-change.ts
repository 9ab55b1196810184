/** `tsq pause`, `resume` and `clear`: what is done to a queue as a whole. */
import { Queue } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { withApi } from "../cli/with-api.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { writeAudit } from "../jobs/audit.ts";
import { existingQueue } from "../jobs/named-queues.ts";
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
import type { ClearFlags, QueueChangeFlags } from "./queue-change-commands.ts";

export const pause = (context: CommandContext, flags: QueueChangeFlags, name: string): Promise<void> =>
  withApi(context, async (api) => {
    const queue = new Queue(await existingQueue(api, name), api);
    const was = await queue.isPaused();
    await queue.pause();
    await writeAudit(api, context.out, { ...paused(name, was), reason: flags.reason });
    if (flags.json) return context.out.json({ action: "pause", queue: name, was_paused: was });
    const shown = terminalText(name);
    context.out.line(`${pausedText(name, was)}: \`tsq resume ${shown}\` ends it.`);
    const ruby = await rubyBeside(api, name);
    if (ruby !== "") context.out.line(ruby);
  });

export const resume = (context: CommandContext, flags: QueueChangeFlags, name: string): Promise<void> =>
  withApi(context, async (api) => {
    const queue = new Queue(await existingQueue(api, name), api);
    const was = await queue.isPaused();
    await queue.resume();
    await writeAudit(api, context.out, { ...resumed(name, was), reason: flags.reason });
    if (flags.json) return context.out.json({ action: "resume", queue: name, was_paused: was });
    context.out.line(resumedText(name, was));
  });

export const clear = (context: CommandContext, flags: ClearFlags, name: string): Promise<void> =>
  withApi(context, async (api) => {
    const { out } = context;
    const queue = new Queue(await existingQueue(api, name), api);
    const asOf = new Date();
    const size = await queue.size();
    const { question, ...more } = clearQuestion(name, size);
    if (!(await out.confirm(question, more))) return out.warn("Nothing was done.");
    const done = await queue.clear({ asOf, count: size });
    await writeAudit(api, out, { ...cleared(name, done), reason: flags.reason });
    const left = await queue.size();
    if (flags.json) return out.json({ action: "clear", queue: name, done, left });
    out.line(clearedText(name, done, left));
  });
