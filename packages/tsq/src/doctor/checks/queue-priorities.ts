/** Queues that jobs are pushed to and nobody serves, that both languages serve, or that starve behind others. */
import { sideOf } from "../sides.ts";
import { fromApi } from "../api-finding.ts";
import { clipped, named } from "../check.ts";
import type { Check, Finding, Place } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { unreadablePlace } from "../project/unreadable.ts";
import { queueUses } from "../project/queue-uses.ts";
import type { QueueUse } from "../project/queue-uses.ts";
import type { ProjectWorker } from "../project/workers.ts";

export const QUEUE_PRIORITIES: Check = {
  id: "queue-priorities",
  title: "queues that nobody serves, that both languages serve, or that have no weights",
  level: "error",
  subjects: ["redis", "project"],
  look: async (context) => {
    const uses = queueUses(context.project);
    const waiting = await unservedInRedis(context, uses);
    return [
      ...unreadable(context),
      ...waiting.findings,
      ...(await unservedByProject(context, uses, waiting.queues)),
      ...(await others(context)),
      ...(await shared(context)),
      ...unweighted(context.project.workers()),
    ];
  },
};

const unreadable = ({ project }: DoctorContext): readonly Finding[] =>
  project.workers().flatMap(({ config, error }) =>
    error === undefined || config === undefined
      ? []
      : {
          level: "note",
          where: unreadablePlace(config, error),
          saw: "It cannot be read.",
          why: "which queues it serves is not known, so that nothing is said of queues that nobody serves.",
          remedy: `correct it if a worker of tsq reads it: \`tsq work -C ${clipped(config)}\` says what is wrong. If only Ruby does, look at its queues yourself.`,
        },
  );

interface Waiting {
  readonly findings: readonly Finding[];
  /** Those that are told already. */
  readonly queues: ReadonlySet<string>;
}

const unservedInRedis = async ({ redis }: DoctorContext, uses: readonly QueueUse[]): Promise<Waiting> => {
  const found = (await redis?.findings("queue-unserved")) ?? [];
  const findings = found.map((one) => {
    const use = uses.find(({ queue }) => queue === one.where.name);
    const finding = fromApi(one, { why: STAYS, remedy: serveIt(one.where.name ?? "") }, use?.where);
    return use ? { ...finding, saw: `${finding.saw} ${use.saw}` } : finding;
  });
  return { findings, queues: new Set(found.flatMap(({ where }) => where.name ?? [])) };
};

const STAYS = "jobs wait there for ever, without an error anywhere.";

const serveIt = (queue: string): string => {
  const byFlag = /^[\w.-]+$/.test(queue) ? `\`-q ${clipped(queue)}\`` : "`-q`";
  return `add \`${clipped(queue)}\` to the queues of a worker (${byFlag}, or \`queues\` in its config file), or push to a queue that one serves.`;
};

const unservedByProject = async (
  { redis, project }: DoctorContext,
  uses: readonly QueueUse[],
  told: ReadonlySet<string>,
): Promise<readonly Finding[]> => {
  const workers = project.workers();
  // One whose queues are not known may serve any.
  const isOpen = workers.some(({ queues }) => queues === undefined) || project.hasQueuesInCode();
  if (workers.length === 0 || isOpen) return [];
  const alive = ((await redis?.processes()) ?? []).filter(({ isQuiet }) => !isQuiet);
  const served = new Set([
    ...workers.flatMap(({ queues = [] }) => queues.map(({ name }) => name)),
    ...alive.flatMap(({ queues }) => queues),
    ...told,
  ]);
  // Without both others may be started elsewhere; so they may beside a Procfile that starts none.
  const isCertain = alive.length > 0 || workers.some(({ line }) => line !== undefined);
  const files = [...new Set(workers.map(({ config, line }) => config ?? (line ? "Procfile" : "")))];
  const first = new Map<string, QueueUse>();
  for (const use of uses) if (!served.has(use.queue) && !first.has(use.queue)) first.set(use.queue, use);
  return [...first.values()].map(({ queue, where, saw }) => ({
    level: isCertain ? "error" : "warning",
    where,
    saw: `${saw} No worker of ${named(files)} serves it${alive.length > 0 ? ", and no process that is alive" : ""}.`,
    why: STAYS,
    remedy: serveIt(queue),
  }));
};

const others = async ({ redis }: DoctorContext): Promise<readonly Finding[]> =>
  ((await redis?.findings("nobody-works", "queue-paused", "queue-late")) ?? []).map((found) =>
    fromApi(found, SAID[found.kind]),
  );

const SAID = {
  "nobody-works": {
    why: "nothing runs until a process is there that takes jobs.",
    remedy:
      "start a worker at this Redis: `tsq work -r ./jobs.ts`, or `bundle exec sidekiq`. One that is quiet takes no more until it is started anew.",
  },
  "queue-paused": {
    why: "its jobs wait until somebody resumes it.",
    remedy: "resume it (`tsq resume QUEUE`, or the dashboard) when whatever it was paused for is over.",
  },
  "queue-late": {
    why: "jobs come later than they should, and all that wait behind them.",
    remedy: "add processes or slots for this queue, give it more weight, or break up what blocks it.",
  },
};

interface Serving {
  readonly side: "ruby" | "typescript";
  readonly queue: string;
  readonly where: Place;
}

const shared = async ({ redis, project }: DoctorContext): Promise<readonly Finding[]> => {
  const serving: Serving[] = [];
  for (const process of (await redis?.processes()) ?? []) {
    if (process.isQuiet) continue;
    const where = { redis: `process ${process.identity}` };
    for (const queue of process.queues) serving.push({ side: sideOf(process), queue, where });
  }
  for (const { sides, queues = [], config, line } of project.workers()) {
    const where = {
      file: config ?? "Procfile",
      ...(config === undefined && line ? { line: line.line } : {}),
    };
    for (const { name } of queues) for (const side of sides) serving.push({ side, queue: name, where });
  }
  const both = serving.filter(
    ({ side, queue }) =>
      side === "typescript" && serving.some((one) => one.side === "ruby" && one.queue === queue),
  );
  const queues = [...new Set(both.map(({ queue }) => queue))];
  if (queues.length === 0 || !both[0]) return [];
  return [
    {
      level: "warning",
      where: both[0].where,
      saw: `Ruby and TypeScript both serve ${named(queues)}.`,
      why: "each takes some of the other's jobs and fails them, and with `retry: false` Ruby loses them.",
      remedy: "give TypeScript jobs queues of their own, or run the worker with `--unknown-jobs handBack`.",
    },
  ];
};

const unweighted = (workers: readonly ProjectWorker[]): readonly Finding[] =>
  workers.flatMap(({ queues = [], config, line }) => {
    if (queues.length < 2 || queues.some(({ weight }) => weight > 0)) return [];
    const last = queues.at(-1)?.name ?? "";
    return {
      level: "note",
      where: config === undefined ? { file: "Procfile", ...(line && { line: line.line }) } : { file: config },
      saw: `None of its ${queues.length} queues has a weight: they are served strictly in order, \`${clipped(last)}\` last.`,
      why: "as long as something waits in an earlier queue, a later one gets nothing.",
      remedy: "if that is not what you want, give each a weight: `- [critical, 3]`.",
    };
  });
