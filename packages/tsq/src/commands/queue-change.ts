/** `tsq pause`, `resume` and `clear`: what is done to a queue as a whole. */
import { Queue } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { onlyLooking } from "../cli/early-end.ts";
import { withApi } from "../cli/with-api.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { existingQueue } from "../jobs/named-queues.ts";
import { clearedText, clearQuestion, pausedText, resumedText, rubyBeside } from "../jobs/queue-words.ts";
import { clearQueue, leftIn, switchQueue } from "../jobs/queue-work.ts";
import { handsOf } from "./command-hands.ts";
import type { ClearFlags, QueueChangeFlags } from "./queue-change-commands.ts";

export const pause = (context: CommandContext, flags: QueueChangeFlags, name: string): Promise<void> =>
  withApi(context, async (api, url) => {
    const queue = new Queue(await existingQueue(api, name), api);
    const was = await switchQueue(queue, false, handsOf(api, url, context, flags));
    if (flags.json) return context.out.json({ action: "pause", queue: name, was_paused: was });
    const shown = terminalText(name);
    context.out.say(`${pausedText(name, was)}: \`tsq resume ${shown}\` ends it.`);
    const ruby = await rubyBeside(api, name);
    if (ruby !== "") context.out.say(ruby);
  });

export const resume = (context: CommandContext, flags: QueueChangeFlags, name: string): Promise<void> =>
  withApi(context, async (api, url) => {
    const queue = new Queue(await existingQueue(api, name), api);
    const was = await switchQueue(queue, true, handsOf(api, url, context, flags));
    if (flags.json) return context.out.json({ action: "resume", queue: name, was_paused: was });
    context.out.say(resumedText(name, was));
  });

export const clear = (context: CommandContext, flags: ClearFlags, name: string): Promise<void> =>
  withApi(context, async (api, url) => {
    const { out } = context;
    const { queue, counted } = await onlyLooking(url, async () => {
      const there = new Queue(await existingQueue(api, name), api);
      return { queue: there, counted: await there.counted() };
    });
    const { question, ...more } = clearQuestion(name, counted.count);
    if (!(await out.confirm(question, more))) return out.warn("Nothing was done.");
    const done = await clearQueue(queue, counted, handsOf(api, url, context, flags));
    const left = await leftIn(queue);
    if (flags.json) return out.json({ action: "clear", queue: name, done, left: left ?? null });
    out.say(clearedText(name, done, left));
  });
