/**
 * The options of a worker that a file, a flag or a variable may say as well as code (@tsq/worker/settings). It loads
 * nothing of the worker: `tsq work --help` reads it.
 */
import {
  ConfigError,
  DEAD_SET,
  integer,
  oneOf,
  queues,
  seconds,
  text,
  texts,
  timerMs,
} from "@tsq/core/config";
import type { Options } from "@tsq/core/config";

// The in-flight slots of a capsule, so that their names never run out: more running jobs gain nothing in one event loop.
const MOST_SLOTS = 500;

const concurrency = integer({
  from: 1,
  to: MOST_SLOTS,
  example: 10,
  remedy: (value) =>
    typeof value === "number" && value > MOST_SLOTS
      ? `A tsq capsule has at most ${MOST_SLOTS} slots: add capsules or processes for more.`
      : undefined,
});

/** Seconds; half as much again, as Sidekiq spreads it, is still within what a timer holds. */
const pollInterval = seconds({ above: 0, to: 1_000_000, example: 5 });

/** Of the capsule that Sidekiq calls `default`, and of the process. */
export const SETTINGS = {
  queues: {
    ...queues(),
    tells:
      "the queues of the first capsule: without weights in strict order, all of weight 1 in random order, else by weight",
    fallback: ["default"],
    yaml: "queues",
    flag: {
      option: "-q, --queue <name[,weight]>",
      tells: "queue to process, with its weight; may be repeated",
      isList: true,
    },
  },
  concurrency: {
    ...concurrency,
    tells: "how many of their jobs run at once",
    fallback: 5,
    yaml: "concurrency",
    flag: {
      option: "-c, --concurrency <n>",
      tells: "how many jobs run at once (default: RAILS_MAX_THREADS, or 5)",
    },
    env: ["RAILS_MAX_THREADS"],
  },
  fetch: {
    ...oneOf("reliable", "basic"),
    tells: "`basic` is Ruby's BRPOP, which loses what runs when the process dies",
    fallback: "reliable",
    flag: {
      option: "--fetch <kind>",
      tells: "reliable keeps jobs in Redis until they are done",
      choices: ["reliable", "basic"],
    },
  },
  waiting: {
    ...oneOf("pads", "hybrid"),
    tells:
      "how an idle worker [learns of jobs](operating.md#connections): `pads` is a connection for each queue, `hybrid` a handful for any number of queues",
    fallback: "pads",
    yaml: "waiting",
  },
  unknownJobs: {
    ...oneOf("retry", "handBack"),
    tells:
      "what becomes of a job whose class is not among `jobs`: it fails and is retried, or it is [handed on](workers-and-deployment.md#jobs-that-a-worker-does-not-know) to those who can run it",
    fallback: "retry",
    flag: {
      option: "--unknown-jobs <what>",
      tells: "handBack gives jobs of unknown classes to who can run them",
      choices: ["retry", "handBack"],
    },
  },
  shutdownTimeoutMs: {
    ...timerMs({ from: 0, example: 25 }),
    tells: "how long `stop()` waits for what runs before it hands the rest back",
    fallback: 25_000,
    yaml: "timeout",
    flag: {
      option: "-t, --timeout <seconds>",
      tells: "how long a stop waits for running jobs (default: 25)",
    },
  },
  blockedLoopTimeoutMs: {
    ...timerMs({ from: 0, example: 60 }),
    tells:
      'when one job has blocked the event loop for so long, the others go back to their queues; 0 is never; not with `fetch: "basic"`',
    fallback: 60_000,
  },
  hookTimeoutMs: {
    ...timerMs({ from: 0, example: 20 }),
    tells:
      "how long `retryIn`, `retriesExhausted` and each death handler are waited for, and client middleware of what falls due; then [the usual rule applies](errors-and-retries.md#callbacks-that-do-not-answer); 0 is for ever, as in Sidekiq",
    fallback: 20_000,
  },
  tag: {
    ...text(),
    tells: "shown on the Busy page",
    make: () => process.cwd().split(/[\\/]/).at(-1) ?? "",
    usual: "the name of the working directory",
    yaml: "tag",
    flag: { option: "-g, --tag <name>", tells: "shown on the Busy page" },
  },
  labels: {
    ...texts("labels: [reliable]"),
    tells: "shown on the Busy page, after `tsq`, which is always there",
    fallback: [],
    yaml: "labels",
  },
  maxRetries: {
    ...integer({ from: 0, example: 25 }),
    tells: "how often a job with `retry: true` is tried again",
    fallback: 25,
    yaml: "max_retries",
  },
  ...DEAD_SET,
  averageScheduledPollInterval: {
    ...pollInterval,
    tells: "how often the whole fleet looks at what is due",
    fallback: 5,
    yaml: "average_scheduled_poll_interval",
  },
  pollIntervalAverage: {
    ...pollInterval,
    tells: "how often this process looks, whatever the size of the fleet",
    usual: "computed from the size of the fleet",
    yaml: "poll_interval_average",
  },
} satisfies Options;

/** Of any other capsule. */
export const CAPSULE_SETTINGS = {
  concurrency: {
    ...concurrency,
    tells: "how many jobs of these queues run at once",
    fallback: 1,
    yaml: "concurrency",
  },
  queues: {
    ...queues(),
    takes: "as `queues` of a Worker",
    tells: "the queues of this capsule",
    isRequired: true,
    yaml: "queues",
  },
} satisfies Options;

/** @throws ConfigError when it is none: it stands in the names of keys */
export const checkedCapsuleName = (name: string, where = ""): string => {
  if (/^[\w.-]+$/.test(name)) return name;
  throw new ConfigError(
    `${where}Expected a name under \`capsules\` to hold letters, digits, \`_\`, \`-\` and \`.\` alone, got \`${name}\`. Rename it.`,
  );
};
