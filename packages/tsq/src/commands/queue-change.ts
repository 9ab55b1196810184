/** `tsq pause`, `resume` and `clear`: what is done to a queue as a whole. */
import { needsTyping } from "@tsq/core/config";
import { ProcessSet, Queue } from "@tsq/core/api";
import type { ApiConnection } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { counted } from "../cli/counted.ts";
import { withApi } from "../cli/with-api.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { writeAudit } from "../jobs/audit.ts";
import { existingQueue } from "../jobs/named-queues.ts";
import type { ClearFlags, QueueChangeFlags } from "./queue-change-commands.ts";

export const pause = (context: CommandContext, flags: QueueChangeFlags, name: string): Promise<void> =>
  withApi(context, async (api) => {
    const queue = new Queue(await existingQueue(api, name), api);
    const was = await queue.isPaused();
    await queue.pause();
    await writeAudit(api, context.out, {
      action: "queue.pause",
      subject: name,
      count: 1,
      reason: flags.reason,
    });
    if (flags.json) return context.out.json({ action: "pause", queue: name, was_paused: was });
    const shown = terminalText(name);
    context.out.line(
      `${shown} ${was ? "was paused already" : "is paused"}: \`tsq resume ${shown}\` ends it.`,
    );
    const rubies = await rubiesOf(api, name);
    if (rubies > 0) {
      context.out.line(
        `Ruby takes jobs from it as well, by ${counted(rubies, "process", "processes")}: it leaves a queue alone with Sidekiq Pro only.`,
      );
    }
  });

export const resume = (context: CommandContext, flags: QueueChangeFlags, name: string): Promise<void> =>
  withApi(context, async (api) => {
    const queue = new Queue(await existingQueue(api, name), api);
    const was = await queue.isPaused();
    await queue.resume();
    const done = { action: "queue.pause", subject: name, count: 1, reason: flags.reason, note: "resumed" };
    await writeAudit(api, context.out, done);
    if (flags.json) return context.out.json({ action: "resume", queue: name, was_paused: was });
    context.out.line(`${terminalText(name)} ${was ? "is resumed" : "was not paused"}.`);
  });

export const clear = (context: CommandContext, flags: ClearFlags, name: string): Promise<void> =>
  withApi(context, async (api) => {
    const { out } = context;
    const queue = new Queue(await existingQueue(api, name), api);
    const size = await queue.size();
    const about = [
      "They are gone for good: nobody can bring them back. What comes until then goes with them.",
    ];
    const typed = needsTyping("clear", size) ? `${size}` : undefined;
    const question = `Delete ${counted(size, "job")} of the queue ${name}, and the queue?`;
    if (!(await out.confirm(question, { about, typed }))) return out.warn("Nothing was done.");
    const done = await queue.clear();
    await writeAudit(api, out, { action: "queue.clear", subject: name, count: done, reason: flags.reason });
    if (flags.json) return out.json({ action: "clear", queue: name, done });
    out.line(`${counted(done, "job")} of ${terminalText(name)} ${done === 1 ? "was" : "were"} deleted.`);
  });

const rubiesOf = async (api: ApiConnection, name: string): Promise<number> =>
  (await new ProcessSet(api).all()).filter(
    ({ queues, version }) => queues.includes(name) && version?.startsWith("tsq") !== true,
  ).length;
