/** What a process is called in Redis (WIRE §1) and what it says of itself (WIRE §7.3). */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { QueueOrder } from "../options/queue-order.ts";

/** `DYNO` where the platform sets it, else the host's name. */
export const hostName = (env: Readonly<Record<string, string | undefined>>): string =>
  env["DYNO"] || hostname();

/** `host:pid:nonce`; the nonce tells two lives of a container with the same pid apart. */
export const newIdentity = (host: string): string =>
  `${host}:${process.pid}:${randomBytes(6).toString("hex")}`;

export interface ProcessInfo {
  readonly identity: string;
  readonly host: string;
  readonly startedAtMs: number;
  readonly tag: string;
  readonly labels: readonly string[];
  readonly version: string;
  /** How it learns of jobs while it is idle, if it can do so in several ways; Ruby says nothing of it. */
  readonly waiting?: string | undefined;
  readonly capsules: readonly {
    readonly name: string;
    readonly concurrency: number;
    readonly order: QueueOrder;
  }[];
}

/** The `info` of every generation at once: what one of their pages misses makes it raise (WIRE §7.3). */
export const infoJson = ({
  identity,
  host,
  startedAtMs,
  tag,
  labels,
  version,
  waiting,
  capsules,
}: ProcessInfo): string => {
  const weightsOf = (order: QueueOrder): Record<string, number> =>
    Object.fromEntries(order.names.map((name, i) => [name, order.weights[i] ?? 0]));
  return JSON.stringify({
    hostname: host,
    started_at: startedAtMs / 1_000,
    pid: process.pid,
    tag,
    concurrency: capsules.reduce((sum, capsule) => sum + capsule.concurrency, 0),
    capsules: Object.fromEntries(
      capsules.map(({ name, concurrency, order }) => [
        name,
        { concurrency, mode: order.mode, weights: weightsOf(order) },
      ]),
    ),
    queues: [...new Set(capsules.flatMap(({ order }) => order.names))],
    weights: capsules.map(({ order }) => weightsOf(order)),
    labels,
    identity,
    version,
    embedded: false,
    // Left out where it is undefined.
    waiting,
  });
};
