/** The queues that a project pushes to, each with the place that says so. */
import type { Place } from "../check.ts";
import { clipped } from "../check.ts";
import type { Project } from "./project.ts";
import type { ScheduledEntry } from "./scheduled.ts";
import { valueIn } from "./ruby-classes.ts";
import { lineAt, matchesIn, statementAt } from "./source-text.ts";

export interface QueueUse {
  readonly queue: string;
  readonly where: Place;
  /** In a sentence. */
  readonly saw: string;
}

export const queueUses = (project: Project): readonly QueueUse[] => [
  ...project.jobs().flatMap(({ name, queue, kind, side, file, line, queueAt }) => {
    // What Rails puts before the names of queues is known to the program alone.
    if (queue === undefined || (side === "ruby" && kind === "active-job" && project.hasQueuePrefix()))
      return [];
    return { queue, where: queueAt ?? { file, line }, saw: goesTo(name, queue) };
  }),
  ...mails(project),
  ...(project.schedule()?.entries ?? []).flatMap((entry) => {
    const { name, queue, line } = entry;
    if (queue === undefined || isElsewhere(project, entry)) return [];
    const where = { file: project.schedule()?.file ?? "", ...(line === undefined ? {} : { line }) };
    return { queue, where, saw: `The entry ${goesTo(name, queue)}` };
  }),
];

/** Whether an entry may be an ActiveJob whose queue has a prefix, or that another adapter enqueues. */
const isElsewhere = (project: Project, { class: name, isActiveJob }: ScheduledEntry): boolean => {
  if (isActiveJob && project.hasQueuePrefix()) return true;
  if (project.adapters().isSidekiqEverywhere) return false;
  return isActiveJob || !project.jobs().some((job) => job.name === name);
};

const goesTo = (name: string, queue: string): string => `\`${clipped(name)}\` goes to \`${clipped(queue)}\`.`;

const DELIVER_LATER = /\.deliver_later\b/;

/** Of mails that are delivered later, where a line says the queue, or Rails has it so. */
const mails = (project: Project): readonly QueueUse[] => {
  if (project.hasQueuePrefix() || !project.adapters().isSidekiqEverywhere) return [];
  const isUsed = project.ruby().some((source) => matchesIn(source, DELIVER_LATER).length > 0);
  const settings = project
    .ruby()
    .flatMap((source) =>
      matchesIn(source, /\bdeliver_later_queue_name\s*=/).map(({ index }) => ({ source, index })),
    );
  const [setting] = settings;
  if (!isUsed || !setting || settings.length > 1) return [];
  const value = valueIn(statementAt(setting.source, setting.index).replace(/^[^=]*=/, ""));
  if (value === "dynamic" || typeof value.known !== "string") return [];
  const queue = value.known;
  const where = { file: setting.source.path, line: lineAt(setting.source.text, setting.index) };
  return [{ queue, where, saw: `Mails that are delivered later go to \`${clipped(queue)}\`.` }];
};
