/** Whether the server keeps what it was given: memory, disk, replicas, and a clock that is right. */
import { fromApi } from "../api-finding.ts";
import type { Check, Finding } from "../check.ts";
import type { RedisReading } from "../redis/redis-reading.ts";
import { numberIn } from "@tsq/core/config";
import type { ServerInfo } from "@tsq/core/config";

const WHERE = { redis: "" };

export const REDIS_DURABILITY: Check = {
  id: "redis-durability",
  title: "eviction, memory, readers that are gone, persistence, replicas that lag, clocks that differ",
  level: "error",
  subjects: ["redis"],
  needsRedis: true,
  look: async ({ redis }) => {
    if (!redis) return [];
    const info = await redis.info();
    return [
      ...(await memory(redis)),
      ...readersThatAreGone(info),
      ...(await persistence(redis, info)),
      ...replicas(info),
      ...(await clock(redis)),
    ];
  },
};

const memory = async (redis: RedisReading): Promise<readonly Finding[]> =>
  (await redis.findings("redis-evicts", "redis-memory")).map((found) => fromApi(found, SAID[found.kind]));

const SAID = {
  "redis-evicts": {
    why: "a cache may lose what is oldest; a queue that does loses jobs, and nobody is told.",
    remedy: "set `maxmemory-policy noeviction`, and keep caches on another server.",
  },
  "redis-memory": {
    why: "a full server refuses every push, every cancel and every pause.",
    remedy:
      "let workers drain it, delete what nobody needs (dead jobs, large arguments), or raise `maxmemory`.",
  },
};

// Measured: decision 0050.
const BYTES_OF_A_READER = 55;
const MANY_READERS = 1_000_000;

/** Of CLIENT TRACKING: one for each key and each connection that has read it since it was written to. */
const readersThatAreGone = (info: ServerInfo): readonly Finding[] => {
  const keys = numberIn(info, "tracking_total_keys");
  const readers = numberIn(info, "tracking_total_items");
  const gone = readers - keys * numberIn(info, "tracking_clients");
  if (!(gone > MANY_READERS)) return [];
  const megabytes = Math.round((readers * BYTES_OF_A_READER) / 1e6);
  return [
    {
      level: "warning",
      where: WHERE,
      saw: `The server remembers ${readers} readers of ${keys} keys (CLIENT TRACKING), of which at least ${gone} are gone: some ${megabytes} MB.`,
      why: "it forgets who has read a key only when somebody writes to it, and keeps those that are gone until then. Workers that are told of jobs (`waiting: hybrid`) have it forget them when they start; others do not.",
      remedy:
        "start a worker by `waiting: hybrid` for the queues that nobody uses, or push a job to each; if it is another program that caches what it reads, have it read fewer keys.",
    },
  ];
};

const persistence = async (redis: RedisReading, info: ServerInfo): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  if (info.get("rdb_last_bgsave_status") === "err" || info.get("aof_last_write_status") === "err") {
    findings.push({
      level: "error",
      where: WHERE,
      saw: "The server could not write its data to the disk the last time it tried.",
      why: "jobs since the last good write are lost with the server, and by default it refuses further pushes.",
      remedy: "make room on its disk and look into its log.",
    });
  }
  // Only the settings say that nothing is ever saved, and they may be nobody's to read.
  const isWritten = info.get("aof_enabled") !== "0" || (await redis.setting("save")) !== "";
  const hasReplicas = numberIn(info, "connected_slaves") > 0;
  if (isWritten || hasReplicas) return findings;
  findings.push({
    level: "warning",
    where: WHERE,
    saw: "The server writes nothing to a disk (`appendonly no`, no `save`), and has no replica.",
    why: "when it is restarted all jobs are gone: waiting, scheduled and to be retried.",
    remedy:
      "set `appendonly yes`, which loses a second at most; for a server of a test or a laptop leave it.",
  });
  return findings;
};

const SLOW_SECONDS = 10;

const replicas = (info: ServerInfo): readonly Finding[] =>
  [...info].flatMap(([field, text]) => {
    if (!/^slave\d+$/.test(field)) return [];
    const of = new Map(text.split(",").map((pair) => pair.split("=") as [string, string]));
    const lag = Number(of.get("lag") ?? 0);
    const state = of.get("state") ?? "online";
    if (state === "online" && !(lag > SLOW_SECONDS)) return [];
    return [
      {
        level: "warning",
        where: WHERE,
        saw: `The replica ${of.get("ip")}:${of.get("port")} is \`${state}\`, and was last heard of ${lag} s ago.`,
        why: "if it takes over now, jobs that it does not have yet are lost, and finished ones run again.",
        remedy:
          "look at its network and its log; `min-replicas-to-write` makes the master wait for one that keeps up.",
      } satisfies Finding,
    ];
  });

const MOST_AHEAD_MS = 2_000;

const clock = async (redis: RedisReading): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  const seen = await redis.clock();
  if (seen && Math.abs(seen.aheadMs) - seen.roundTripMs / 2 > MOST_AHEAD_MS) {
    findings.push(skewed(`the server's clock is ${secondsOf(seen.aheadMs)} this machine's`));
  }
  // Hearts beat by the clocks of their own machines: none can have beaten in the future.
  const serverMs = Date.now() + (seen?.aheadMs ?? 0);
  for (const { hostname, beatAt } of await redis.processes()) {
    const ahead = beatAt === undefined ? 0 : beatAt.getTime() - serverMs;
    if (ahead > MOST_AHEAD_MS)
      findings.push(skewed(`the clock of \`${hostname}\` is ${secondsOf(ahead)} the server's`));
  }
  return findings;
};

const secondsOf = (ms: number): string =>
  `${(Math.abs(ms) / 1_000).toFixed(1)} s ${ms > 0 ? "ahead of" : "behind"}`;

const skewed = (which: string): Finding => ({
  level: "warning",
  where: WHERE,
  saw: `Clocks differ: ${which}.`,
  why: "scheduled jobs, retries and periodic ones are due by these clocks: they run early, late or twice.",
  remedy: "run an NTP client (chrony, systemd-timesyncd) on every machine.",
});
