/** The copy of the Rails example in which a fault is planted, and the Redis beside it. */
import type { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { runsBy } from "./class-runs.ts";
import { TcpProxy, type Link } from "./proxy.ts";
import { endOfReply } from "./resp-reply.ts";

export interface FaultyApp {
  readonly url: string;
  readonly redis: Redis;
  /** Replaces a text of a file. */
  readonly edit: (path: string, from: string, to: string) => void;
  readonly write: (path: string, text: string) => void;
  /** Puts a job onto a queue. */
  readonly push: (queue: string, payload: string) => Promise<void>;
}

/** What is planted, and what the report has of it: level, check and place, and a piece of its text. */
export type Fault = readonly [
  name: string,
  /** It may answer another `url` to look at. */
  plant: (app: FaultyApp) => unknown,
  found: string | readonly string[],
  text: string,
];

/** A job of a class that both languages run, and TypeScript from this queue. */
export const zalo = (args: string, more = ""): string =>
  `{"class":"ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper","wrapped":"SendZaloMessageJob","args":[{"job_class":"SendZaloMessageJob","arguments":${args}}],"queue":"ts_critical","enqueued_at":${Date.now()}${more}}`;

/** A plain job of Ruby. */
export const plain = (more: string): string =>
  `{"class":"BroadcastContactCreatedWorker","args":[7],"queue":"critical","enqueued_at":${Date.now()}${more}}`;

/** The same, as it has failed. */
export const failed = (jid: string, secondsAgo: number, error = "RuntimeError"): string =>
  plain(
    `,"jid":"${jid}","retry_count":1,"error_class":"${error}","error_message":"no","failed_at":${Date.now() - 1_000 * secondsAgo}`,
  );

/** Runs of a class within this minute. */
export const ran = runsBy(7);

/** Sets it until the test is over. */
export const setting = async (redis: Redis, name: string, value: string): Promise<void> => {
  const [, before = ""] = await redis.config("GET", name);
  await redis.config("SET", name, value);
  onTestFinished(async () => void (await redis.config("SET", name, before)));
};

/** The same server, as if INFO said otherwise. */
export const saying = async (
  { url }: FaultyApp,
  ...changes: readonly (readonly [from: RegExp, to: string])[]
): Promise<{ readonly url: string }> => {
  const proxy = await TcpProxy.listen(Number(new URL(url).port));
  onTestFinished(() => proxy.stop());
  const changed = (text: string): string => changes.reduce((all, [from, to]) => all.replace(from, to), text);
  // What has come of a reply whose rest is on its way.
  const begun = new WeakMap<Link, Buffer>();
  proxy.replace((chunk, side, link) => {
    if (side === "client") return chunk;
    const { whole, rest } = withInfo(Buffer.concat([begun.get(link) ?? Buffer.alloc(0), chunk]), changed);
    begun.set(link, rest);
    return whole;
  });
  return { url: Object.assign(new URL(url), { port: String(proxy.port) }).href };
};

/** Changes texts among replies that are INFO's, and leaves what is no whole reply yet. */
const withInfo = (
  bytes: Buffer,
  changed: (text: string) => string,
): { readonly whole: Buffer; readonly rest: Buffer } => {
  const parts: Buffer[] = [];
  let at = 0;
  for (let end; at < bytes.length && (end = endOfReply(bytes, at)) !== undefined; at = end) {
    const [, info] = /^\$\d+\r\n(# [^]*)\r\n$/.exec(bytes.toString("latin1", at, end)) ?? [];
    const own = info === undefined ? undefined : changed(info);
    parts.push(
      own === undefined ? bytes.subarray(at, end) : Buffer.from(`$${own.length}\r\n${own}\r\n`, "latin1"),
    );
  }
  return { whole: Buffer.concat(parts), rest: bytes.subarray(at) };
};
