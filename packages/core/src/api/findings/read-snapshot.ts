/** Reads what findings are drawn from, beside the processes: in three round trips for a thousand queues, a hundred in each answer. */
import { evictionIn, numberIn, readServerInfo } from "../../redis/server-info.ts";
import { readClassList } from "../../wire/class-list.ts";
import type { ClassList } from "../../wire/class-list.ts";
import { classesKey, DEAD, PAUSED, QUEUES, RETRY, SCHEDULE } from "../../wire/keys.ts";
import { bucketsUntil, minuteCounters, MINUTE_MS } from "../../wire/metrics-layout.ts";
import type { ApiConnection } from "../api-connection.ts";
import { ErrorKinds } from "../errors/fingerprint.ts";
import { JobRecord } from "../job-record.ts";
import { hashOf, MetricsTally } from "../metrics/job-metrics.ts";
import type { FleetReading } from "../processes/fleet.ts";
import type { ProcessRecord } from "../processes/process-record.ts";
import type { WorkRecord } from "../processes/work-record.ts";
import { askEach, numberOf, pagesOf, repliesOf, scoredOf, scoreText } from "../replies.ts";
import { findingJob } from "./finding-job.ts";
import { readLost } from "./read-lost.ts";
import { readQueueStates } from "./read-queues.ts";
import type { FailureState, ProcessState, RunningState, Snapshot, UsualTime } from "./snapshot.ts";

const SAMPLED_FAILURES = 200;
const USUAL_MINUTES = 60;

/** @param fleet read just before */
export const readSnapshot = async (
  api: ApiConnection,
  { processes, runs, lapsed = [] }: FleetReading,
  now: Date,
): Promise<Snapshot> => {
  const seconds = now.getTime() / 1_000;
  const counters = bucketsUntil(now.getTime(), USUAL_MINUTES, MINUTE_MS).flatMap(minuteCounters);
  const first = api.redis.pipeline();
  first.smembers(QUEUES).smembers(PAUSED).info();
  first.zcard(RETRY).zcard(SCHEDULE).zcard(DEAD);
  first.zcount(RETRY, "-inf", scoreText(seconds + 60));
  first.zcount(RETRY, "-inf", scoreText(seconds - 120)).zcount(SCHEDULE, "-inf", scoreText(seconds - 120));
  first.zcount(DEAD, scoreText(seconds - 3_600), "+inf").zcount(DEAD, scoreText(seconds - 86_400), "+inf");
  first.zrangeBuffer(RETRY, 0, String(SAMPLED_FAILURES - 1), "WITHSCORES");
  first.zrevrangeBuffer(DEAD, 0, SAMPLED_FAILURES - 1, "WITHSCORES");
  for (const { key } of counters) hashOf(first, key);
  const [[names, paused, info, ...others], classes, lost] = await Promise.all([
    repliesOf(first),
    readClasses(api, processes),
    readLost(api, { processes, lapsed, now }),
  ]);
  const [retries, scheduled, dead, retriesSoon, lateRetries, lateScheduled, lastHour, lastDay] =
    others.map(numberOf);
  const tally = new MetricsTally();
  counters.forEach(({ bucketMs }, i) => tally.addCounters(bucketMs, others[10 + i]));
  const kinds = new ErrorKinds();
  const members = processes.map((process) => processOf(process, classes.get(process.identity)));
  const isPaused = new Set(textsOf(paused));
  return {
    at: now,
    queues: await readQueueStates(api, textsOf(names), { isPaused, members, now }),
    processes: members,
    lost,
    running: runs.map(runningOf),
    sets: {
      retries: retries ?? 0,
      scheduled: scheduled ?? 0,
      dead: dead ?? 0,
      retriesSoon: retriesSoon ?? 0,
      lateRetries: lateRetries ?? 0,
      lateScheduled: lateScheduled ?? 0,
      deadLastHour: lastHour ?? 0,
      deadLastDay: lastDay ?? 0,
    },
    failures: [
      ...scoredOf(others[8]).flatMap(({ bytes }) => failureOf(kinds, new JobRecord(bytes), RETRY)),
      ...scoredOf(others[9]).flatMap(({ bytes }) => failureOf(kinds, new JobRecord(bytes), DEAD)),
    ],
    usual: usualOf(tally),
    redis: redisOf(typeof info === "string" ? info : ""),
  };
};

/** What processes say that they can run, by their identities: of Ruby none does. */
const readClasses = async (
  { redis }: ApiConnection,
  processes: readonly ProcessRecord[],
): Promise<ReadonlyMap<string, ClassList>> => {
  const telling = processes.filter(({ isRuby }) => !isRuby).map(({ identity }) => identity);
  const pages = pagesOf(telling).map((page) =>
    askEach(redis, page, (pipeline, identity) => pipeline.get(classesKey(identity))),
  );
  const texts = (await Promise.all(pages)).flat();
  const lists = telling.flatMap((identity, i) => {
    const list = readClassList(texts[i]?.[0]);
    return list ? [[identity, list] as const] : [];
  });
  return new Map(lists);
};

const processOf = (process: ProcessRecord, classes: ClassList | undefined): ProcessState => {
  const { identity, queues, isQuiet, concurrency, busy, beatAt, isRuby } = process;
  return { identity, isRuby, queues, isQuiet, classes, concurrency, busy, beatAt };
};

/** Ten thousand jobs are not parsed in one piece for the few that run long: each is when somebody asks what it is. */
const runningOf = ({ identity, job, queue, runAt, isOverrunning }: WorkRecord): RunningState => ({
  identity,
  runAt,
  isOverrunning,
  get jid() {
    return job.jid;
  },
  get class() {
    return job.displayClass;
  },
  get job() {
    const from = queue ?? job.queue;
    return findingJob(job, from === undefined ? {} : { queue: from });
  },
});

const failureOf = (kinds: ErrorKinds, job: JobRecord, set: string): readonly FailureState[] => {
  const kind = kinds.of(job);
  const at = job.retriedAt ?? job.failedAt;
  if (!kind || !at) return [];
  const { id, class: name, error, fingerprint } = kind;
  return [{ group: id, class: name, error, fingerprint, at, job: findingJob(job, { set }) }];
};

const usualOf = (tally: MetricsTally): ReadonlyMap<string, UsualTime> =>
  new Map(
    tally.jobs().map((job) => [job.class, { runs: job.processed - job.failed, averageMs: job.averageMs }]),
  );

const redisOf = (text: string): Snapshot["redis"] => {
  const info = readServerInfo(text);
  const { policy: evictionPolicy, ...rest } = evictionIn(info);
  return { usedBytes: numberIn(info, "used_memory") || 0, evictionPolicy, ...rest };
};

const textsOf = (reply: unknown): readonly string[] =>
  (Array.isArray(reply) ? reply : []).filter((one) => typeof one === "string" && one !== "");
