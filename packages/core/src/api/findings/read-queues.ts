/**
 * How each queue stands: how long it is, how long its oldest job has waited, and which classes wait where all who serve it say
 * what they can run. In pieces, between which others have their turn: there may be a hundred thousand.
 */
import { serves } from "../../redis/serving.ts";
import { wrappedClass } from "../../wire/active-job.ts";
import { queueKey } from "../../wire/keys.ts";
import type { ApiConnection } from "../api-connection.ts";
import { JobRecord } from "../job-record.ts";
import { askEach, numberOf, PAGE, pagesOf } from "../replies.ts";
import { findingJob } from "./finding-job.ts";
import type { ProcessState, QueueState, SampledClass } from "./snapshot.ts";

const SAMPLED_JOBS = 20;
/** A job beyond it is no part of a sample, and where it is the oldest none is read: twenty of 50 MB would be a gigabyte. */
const LONGEST_SAMPLED = 16_384;
/** They wait for each other no longer than a round trip takes, and lie here no longer than until the next ones. */
const PAGES_AT_ONCE = 10;

interface Standing {
  readonly isPaused: ReadonlySet<string>;
  readonly members: readonly ProcessState[];
  readonly now: Date;
}

interface Head {
  readonly name: string;
  readonly size: number;
  readonly latency: number;
  readonly isSampled: boolean;
}

/** In the order of their names. */
export const readQueueStates = async (
  api: ApiConnection,
  names: readonly string[],
  standing: Standing,
): Promise<readonly QueueState[]> => {
  const telling = toldQueues(standing.members);
  const states: QueueState[] = [];
  for (let from = 0; from < names.length; from += PAGES_AT_ONCE * PAGE) {
    const some = names.slice(from, from + PAGES_AT_ONCE * PAGE);
    const pages = await Promise.all(pagesOf(some).map((page) => readPage(api, page, telling, standing)));
    states.push(...pages.flat());
  }
  return states;
};

/** Those that are served, and each of whose processes says what it can run: of others no class is known to have nobody. */
const toldQueues = (members: readonly ProcessState[]): ReadonlySet<string> => {
  const told = new Set<string>();
  const untold = new Set<string>();
  for (const member of members) {
    const isTelling = member.classes?.isCut === false;
    for (const queue of member.queues) if (serves(member, queue)) (isTelling ? told : untold).add(queue);
  }
  return new Set([...told].filter((queue) => !untold.has(queue)));
};

const readPage = async (
  api: ApiConnection,
  names: readonly string[],
  telling: ReadonlySet<string>,
  { isPaused, now }: Standing,
): Promise<readonly QueueState[]> => {
  const replies = await askEach(api.redis, names, (pipeline, name) =>
    pipeline.llen(queueKey(name)).lindexBuffer(queueKey(name), -1),
  );
  const heads = names.map((name, i): Head => {
    const [size, found] = replies[i] ?? [];
    const oldest = Buffer.isBuffer(found) ? found : undefined;
    const latency = oldest ? new JobRecord(oldest).latency(now.getTime()) : 0;
    const isShort = oldest !== undefined && oldest.length <= LONGEST_SAMPLED;
    const isSampled = isShort && telling.has(name) && !isPaused.has(name);
    return { name, size: numberOf(size), latency, isSampled };
  });
  const samples = await readSamples(
    api,
    heads.filter(({ isSampled }) => isSampled).map(({ name }) => name),
  );
  return heads.map(({ name, size, latency }) => ({
    name,
    size,
    latency,
    isPaused: isPaused.has(name),
    sample: samples.get(name) ?? [],
  }));
};

const readSamples = async (
  api: ApiConnection,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly SampledClass[]>> => {
  const replies = await askEach(api.redis, names, (pipeline, name) =>
    pipeline.lrangeBuffer(queueKey(name), -SAMPLED_JOBS, -1),
  );
  return new Map(
    names.map((name, i) => [name, sampleOf(name, (replies[i]?.[0] ?? []) as readonly Buffer[])]),
  );
};

const sampleOf = (queue: string, payloads: readonly Buffer[]): readonly SampledClass[] => {
  const sample = new Map<string, SampledClass>();
  for (const bytes of payloads) {
    if (bytes.length > LONGEST_SAMPLED) continue;
    const record = new JobRecord(bytes);
    const { payload, displayClass: name } = record;
    if (!payload || name === undefined) continue;
    const { class: onWire } = payload;
    const classes = [onWire, wrappedClass(payload)].filter((one) => typeof one === "string");
    const { count = 0, job = findingJob(record, { queue }) } = sample.get(name) ?? {};
    sample.set(name, { name, classes, count: count + 1, job });
  }
  return [...sample.values()];
};
