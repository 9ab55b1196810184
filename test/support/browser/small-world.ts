/** A Redis of so few jobs that what an action leaves of them can be told in a line. */
import type { Redis } from "ioredis";
import type { CronSchedule } from "tsq/cron";

/** Of the retries and of the scheduled jobs. */
export const SCORE = 1_999_999_999.5;
/** A time that is typed, and its score. */
export const [LATER, LATER_SCORE] = ["2100-01-01 00:00", 4_102_444_800] as const;
/** Of the dead: a job has died before one asks what to do about it, and not so long ago that a kill would forget it. */
export const DIED = Math.floor(Date.now() / 1_000) - 86_400 + 0.5;

const payload = (jid: string) =>
  JSON.stringify({
    class: "HardJob",
    args: [1],
    jid,
    queue: "low",
    retry: true,
    retry_count: 2,
    created_at: 1,
    error_class: "Boom",
    error_message: "no",
  });

const PROCESSES = ["worker-1:1:a", "worker-2:2:b"];

/** Where each job is, by its jid, before anything is done; who was told what; and what the cron schedule has. */
export const ALL = {
  retry: "abc",
  schedule: "def",
  dead: "ghi",
  low: "jkl",
  high: "",
  /** Those whose class, arguments or queue is another now. */
  edited: "",
  /** Those of the sets that have the time to which a deed moves them. */
  later: "",
  cancelled: "",
  paused: "",
  signals: "",
  cron: "nightly:enabled often:disabled",
};

/** Puts it all there, and nothing else. */
export const fillSmall = async (redis: Redis, cron: CronSchedule): Promise<void> => {
  await redis.flushdb();
  for (const set of ["retry", "schedule", "dead"] as const) {
    for (const jid of ALL[set]) await redis.zadd(set, set === "dead" ? DIED : SCORE, payload(jid));
  }
  await redis.sadd("queues", "low");
  for (const jid of ALL.low) await redis.lpush("queue:low", payload(jid));
  for (const identity of PROCESSES) {
    const [hostname, pid] = identity.split(":");
    const info = {
      hostname,
      pid: Number(pid),
      tag: "",
      version: identity === PROCESSES[1] ? "tsq 0.1.0" : "8.1.7",
      labels: [],
      queues: ["low", "high"],
      concurrency: 5,
      identity,
    };
    await redis.sadd("processes", identity);
    await redis.hset(identity, {
      info: JSON.stringify({ ...info, started_at: 1 }),
      beat: Date.now() / 1_000,
      busy: 0,
      quiet: "false",
    });
  }
  // What runs is a job of tsq; the other process is one of Ruby.
  const work = { queue: "low", payload: payload("m"), run_at: Math.floor(Date.now() / 1_000) - 60 };
  await redis.hset(`${PROCESSES[1]}:work`, "t1", JSON.stringify(work));
  const daily = { cron: "0 3 * * * UTC", class: "CronJob", queue: "high" };
  await cron.set("nightly", daily);
  await cron.set("often", { ...daily, active_job: false, status: "disabled" });
};

/** How it is now. */
export const leavings = async (redis: Redis): Promise<typeof ALL> => {
  const later = await Promise.all(
    ["retry", "schedule"].map((set) => redis.zrangebyscore(set, LATER_SCORE, LATER_SCORE)),
  );
  const [retry, schedule, dead, low, high] = await Promise.all([
    redis.zrange("retry", "0", "-1"),
    redis.zrange("schedule", "0", "-1"),
    redis.zrange("dead", "0", "-1"),
    redis.lrange("queue:low", 0, -1),
    redis.lrange("queue:high", 0, -1),
  ]);
  const signals = await Promise.all(
    PROCESSES.map(async (identity) =>
      (await redis.lrange(`${identity}-signals`, 0, -1)).map((signal) => `${identity.slice(-1)}:${signal}`),
    ),
  );
  const cron = await Promise.all(
    ["nightly", "often"].map(async (name) => [name, await redis.hget(`cron_job:default:${name}`, "status")]),
  );
  return {
    retry: jidsOf(retry),
    schedule: jidsOf(schedule),
    dead: jidsOf(dead),
    low: jidsOf(low),
    high: jidsOf(high),
    later: jidsOf(later.flat()),
    edited: [retry, schedule, dead, low, high].flat().map(editOf).join(""),
    cancelled: (await redis.zrange("tsq:cancelled", "0", "-1")).join(""),
    paused: (await redis.smembers("paused")).join(" "),
    signals: signals.flat().join(" "),
    cron: cron.flatMap(([name, status]) => (status ? `${name}:${status}` : [])).join(" "),
  };
};

interface Text {
  readonly jid: string;
  readonly class: string;
  readonly args: unknown;
  readonly queue: string;
}

const read = (text: string): Text => JSON.parse(text) as Text;

/** In their order; `*` is one that was made meanwhile. */
const jidsOf = (texts: readonly string[]): string =>
  texts
    .map((text) => read(text).jid)
    .map((jid) => (jid.length === 1 ? jid : "*"))
    .toSorted((one, other) => one.localeCompare(other))
    .join("");

const editOf = (text: string): string => {
  const { class: of, jid, args, queue } = read(text);
  // What cron has pushed, in a wrapper or not, was not there before.
  if (jid.length > 1) return "";
  const changes = [
    of === "HardJob" ? "" : ` ${of}`,
    JSON.stringify(args) === "[1]" ? "" : JSON.stringify(args),
    queue === "low" ? "" : ` on ${queue}`,
  ].join("");
  return changes === "" ? "" : jid + changes;
};
