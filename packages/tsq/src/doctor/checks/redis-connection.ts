/** Whether the Redis can be used, is the right database of its server, and lets a worker do what it must. */
import { redisOptions } from "@tsq/core/protocol";
import type { Check, Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import type { RedisReading, Waits } from "../redis/redis-reading.ts";
import { readWaits } from "../waiting.ts";
import { isAtLeast, numberIn } from "@tsq/core/config";

const WHERE = { redis: "" };

export const REDIS_CONNECTION: Check = {
  id: "redis-connection",
  title:
    "unreachable, too old, a cluster, a replica, TLS, rights, the wrong database, workers that are told nothing",
  level: "error",
  subjects: ["redis"],
  look: async (context) => {
    const { redis, refusal } = context;
    if (refusal) return [unusable(refusal)];
    if (!redis) return [];
    return [
      ...(await wrongDatabase(redis)),
      ...(await rights(redis, await readWaits(context))),
      ...(await tooOldFor(redis, context)),
      ...(await toldNothing(redis)),
      ...fewConnections(await redis.info()),
    ];
  },
};

const unusable = ({ message }: Error): Finding => ({
  level: "error",
  where: WHERE,
  saw: message,
  why: "nothing can be pushed, run or looked at by this URL.",
  remedy: `mend the URL or the server, and look again: nothing of what is in Redis was looked at.${
    message.startsWith("Cannot reach") ? " For development `tsq dev` starts one by itself." : ""
  }`,
});

const wrongDatabase = async (redis: RedisReading): Promise<readonly Finding[]> => {
  if ((await redis.processes()).length > 0) return [];
  const other = await redis.otherDatabase();
  if (other === undefined) return [];
  const own = redisOptions(redis.url).db ?? 0;
  return [
    {
      level: "error",
      where: WHERE,
      saw: `No Sidekiq process is in database ${own}, and some are in database ${other} of the same server.`,
      why: "the databases of a server are worlds apart: what is pushed to one is not seen in another.",
      remedy: `end the URL with \`/${other}\` if you belong to those, in every program that pushes or works.`,
    },
  ];
};

/** Those that a worker asks for at its start, in the way in which it waits for jobs. */
const rights = async (redis: RedisReading, waits: Waits): Promise<readonly Finding[]> => {
  const lacking = await redis.lackingRights(waits);
  if (lacking === undefined) return [];
  return [
    {
      level: lacking.isNeeded ? "warning" : "note",
      where: WHERE,
      saw: lacking.message,
      why: lacking.isNeeded
        ? "a worker that connects by this URL does not start."
        : "a worker that connects by this URL does without, and says so at its start.",
      remedy: "allow it if workers use this URL; leave it if it is only for looking.",
    },
  ];
};

/** The oldest server that a generation of Sidekiq starts with (WIRE, the head of it). */
const OLDEST: Readonly<Record<string, string>> = { "8": "7.0", "7": "6.2" };

const tooOldFor = async (redis: RedisReading, { project }: DoctorContext): Promise<readonly Finding[]> => {
  const versions = (await redis.processes()).flatMap(({ version }) => version ?? []);
  const gem = project.gems().get("sidekiq")?.version;
  const wanted = [...versions, ...(gem === undefined ? [] : [gem])].find((version) => {
    const oldest = OLDEST[version.split(".")[0] ?? ""];
    return oldest !== undefined && !isAtLeast(redis.version, oldest);
  });
  if (wanted === undefined) return [];
  return [
    {
      level: "warning",
      where: WHERE,
      saw: `The server is version ${redis.version}, and Sidekiq ${wanted} needs ${OLDEST[wanted.split(".")[0] ?? ""]}.`,
      why: "Sidekiq refuses to start with it, or fails at commands that the server does not know.",
      remedy: "upgrade the server first, and Sidekiq after it.",
    },
  ];
};

/** Redis counts who is told of keys: of workers that are told of jobs it always is one, if only the watchman of their queues. */
const toldNothing = async (redis: RedisReading): Promise<readonly Finding[]> => {
  const waiting = (await redis.processes()).filter(
    (process) => process.waiting === "hybrid" && !process.isQuiet,
  );
  if (waiting.length === 0 || numberIn(await redis.info(), "tracking_clients") !== 0) return [];
  return [
    {
      level: "warning",
      where: WHERE,
      saw: `${waiting.length === 1 ? "A worker waits" : `${waiting.length} workers wait`} by \`waiting: hybrid\`, and the server tells nobody of jobs (CLIENT TRACKING).`,
      why: "up to 16 queues have a connection each instead; of more all but two are looked at ten times a second, and jobs begin a tenth of a second late.",
      remedy:
        "the log of a worker says why (`does not tell of jobs`): a right that is missing in the ACL, or a proxy in between.",
    },
  ];
};

const MANY = 0.8;

const fewConnections = (info: ReadonlyMap<string, string>): readonly Finding[] => {
  const [used, most] = [numberIn(info, "connected_clients"), numberIn(info, "maxclients")];
  if (!(used > MANY * most)) return [];
  return [
    {
      level: "warning",
      where: WHERE,
      saw: `${used} of the ${most} connections that the server allows are taken.`,
      why: "when all are, no further process can push, and none that has lost its connection comes back.",
      remedy:
        "lower the pools of the web processes, close what nobody uses, set `waiting: hybrid` for workers of many queues, or raise `maxclients`.",
    },
  ];
};
