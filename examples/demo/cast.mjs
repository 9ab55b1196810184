/** What the demo pushes, and where each job should be in the end. */
import { Redis } from "ioredis";
import { doomed, flaky, hello, reminder } from "./jobs.mjs";

const PER_QUEUE = 90;

const names = (prefix) => Array.from({ length: PER_QUEUE }, (_, i) => [`${prefix} ${i + 1}`]);

/** No job at all, but whoever can write to Redis can write this. */
const malformed = `{"class":"BrokenJob","args":[1,2 (demo ${process.pid} ${Date.now()})`;

/**
 * Pushes everything to the Redis of `configure()`.
 *
 * @returns for each kind of job its name, where it should end (`done` or `dead`), and its jids
 */
export const pushAll = async (redisUrl) => [
  {
    kind: "immediate, queue critical",
    ends: "done",
    jids: await hello.set({ queue: "critical" }).performBulk(names("customer")),
  },
  { kind: "immediate, queue default", ends: "done", jids: await hello.performBulk(names("colleague")) },
  {
    kind: "immediate, queue low",
    ends: "done",
    jids: await hello.set({ queue: "low" }).performBulk(names("stranger")),
  },
  {
    kind: "scheduled, due in 1 to 3 s",
    ends: "done",
    jids: await Promise.all(
      [1, 1, 2, 2, 3, 3].map((seconds) => reminder.performIn(seconds, `coffee, ${seconds} s later`)),
    ),
  },
  {
    kind: "fails once, then succeeds",
    ends: "done",
    jids: await Promise.all(["Lima", "Oslo", "Turin"].map((city) => flaky.performAsync(city))),
  },
  {
    kind: "fails, has no retries",
    ends: "dead",
    jids: await Promise.all([404, 410].map((account) => doomed.performAsync(account))),
  },
  { kind: "malformed payload", ends: "dead", jids: [await pushBytes(redisUrl, malformed)] },
];

/** Not a way to push jobs: it goes past all checks. The bytes take the place of the jid. */
const pushBytes = async (redisUrl, bytes) => {
  const redis = new Redis(redisUrl);
  await redis.lpush("queue:default", bytes);
  redis.disconnect();
  return bytes;
};
