/** Every deed that a door leads to, what it is done to, and what is there afterwards. */
import type { Redis } from "ioredis";
import { saveCron } from "./cron.ts";
import { IDENTITY, JIDS, left, put, trail } from "./door-world.ts";
import type { Entry, Left } from "./door-world.ts";
import { PAIRS } from "./door-outcomes.ts";
import { LOW } from "./doors.ts";
import type { Answer, Wish } from "./doors.ts";
import type { EmptyRedis } from "./empty-redis.ts";
import { DOOR_NAMES, openDoors } from "./three-doors.ts";
import type { DoorName } from "./three-doors.ts";

const ENTRY = "nightly";

export interface DeedCell {
  readonly title: string;
  readonly wish: Wish;
  readonly door: DoorName;
}

const isOne = (wish: Wish): boolean => "place" in wish && wish.jid !== undefined;

const WISHES: readonly Wish[] = [
  ...PAIRS.flatMap(([verb, place]) => [undefined, JIDS.a].map((jid) => ({ verb, place, jid }))),
  ...(["pause", "resume", "clear"] as const).map((verb) => ({ verb, queue: LOW })),
  ...(["quiet", "stop"] as const).map((verb) => ({ verb, identity: IDENTITY })),
  ...(["enable", "disable", "run", "delete"] as const).map((verb) => ({ verb, entry: ENTRY })),
];

const titleOf = (wish: Wish): string => {
  if ("queue" in wish) return `${wish.verb} a queue`;
  if ("identity" in wish) return `${wish.verb} a process`;
  if ("entry" in wish) return `${wish.verb} a cron entry`;
  return `${wish.verb} ${isOne(wish) ? "one" : "all"} of ${wish.place}`;
};

/** Whether there is such a button or key, and it is another one than that of many. */
const leadsThere = (door: DoorName, wish: Wish): boolean => {
  if (door === "top" && ("entry" in wish || wish.verb === "move")) return false;
  if (!("place" in wish)) return true;
  if (wish.place === "running") return isOne(wish);
  if (wish.verb === "cancel") return door !== "dashboard" && !isOne(wish);
  // A form of one job goes another way than that of many.
  return door === "dashboard" || !isOne(wish);
};

export const DEED_CELLS: readonly DeedCell[] = WISHES.flatMap((wish) =>
  DOOR_NAMES.filter((door) => leadsThere(door, wish)).map((door) => ({ title: titleOf(wish), wish, door })),
);

/** As it is before somebody comes. */
export const prepare = async (redis: Redis, wish: Wish): Promise<void> => {
  await redis.flushdb();
  if ("place" in wish) await put(redis, wish.place, ["a", "b", "other"]);
  if ("identity" in wish) await put(redis, "running", ["a"]);
  if ("queue" in wish) await put(redis, "queue", ["a", "b"]);
  if (wish.verb === "resume") await redis.sadd("paused", LOW);
  if (!("entry" in wish)) return;
  const status = wish.verb === "enable" ? "disabled" : "enabled";
  const options = { cron: "0 2 * * * UTC", class: "NightlyJob", queue: LOW, status } as const;
  await saveCron(redis, ENTRY, options, { at: "2030-01-01T08:59:00Z" });
};

export interface DeedWorld {
  readonly jobs: Left;
  readonly paused: readonly string[];
  readonly signals: readonly string[];
  /** Null where the entry is not there. */
  readonly cron: string | null;
  /** Of runs by hand, which a worker would carry out later. */
  readonly claims: number;
}

export const worldOf = async (redis: Redis): Promise<DeedWorld> => ({
  jobs: Object.fromEntries(
    // A job that was pushed has another jid each time.
    Object.entries(await left(redis)).map(([key, names]) => [
      key,
      names.map((name) => (name.length > 10 ? "new" : name)),
    ]),
  ),
  paused: await redis.smembers("paused"),
  signals: await redis.lrange(`${IDENTITY}-signals`, 0, -1),
  cron: await redis.hget(`cron_job:default:${ENTRY}`, "status"),
  claims: await redis.hlen("tsq:cron:claims"),
});

/** What is there, what the trail says, and what whoever did it was told. */
export interface Done {
  readonly world: DeedWorld;
  readonly trail: readonly Entry[];
  readonly answer: Answer | undefined;
}

/** It is done in a Redis that serves well. */
export const doneWell = async ({ server, redis }: EmptyRedis, { wish, door }: DeedCell): Promise<Done> => {
  const doors = await openDoors(server.url);
  await prepare(redis, wish);
  const answer = await doors.door(door)(wish, async () => {});
  await doors.close();
  return { world: await worldOf(redis), trail: await trail(redis), answer };
};
