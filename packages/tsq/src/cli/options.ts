/** Merges flags, environment variables and the config file into the options a worker is started with. */
import {
  DEFAULT_ENVIRONMENT,
  findConfigFile,
  givenEnvironment,
  readConfigFile,
} from "../config/config-file.ts";
import type { FileConfig } from "../config/config-file.ts";
import type { Environment } from "../config/erb/erb-expression.ts";
import { queueFromText } from "../config/queue-list.ts";
import type { WeightedQueue } from "../config/queue-list.ts";
import {
  concurrencyOf,
  numberIn,
  secondsOf,
  textOf,
  withoutUndefined,
  wrongSetting,
} from "../config/setting.ts";
import type { Setting } from "../config/setting.ts";

/** The flags of `tsq work`, parsed but not yet checked. */
export interface WorkFlags {
  readonly config?: string | undefined;
  readonly require?: readonly string[] | undefined;
  readonly queue?: readonly string[] | undefined;
  readonly concurrency?: string | number | undefined;
  readonly environment?: string | undefined;
  readonly tag?: string | undefined;
  readonly timeout?: string | number | undefined;
  readonly verbose?: boolean | undefined;
  readonly redis?: string | undefined;
  readonly fetch?: string | undefined;
  /** Processes the queues of the loaded jobs too, where none is named. */
  readonly queuesOfJobs?: boolean | undefined;
}

/** Everything `tsq work` needs to know; what nobody set and has its default in the worker is absent. */
export interface WorkOptions {
  /** As given: the worker decides what a queue that is named twice means. */
  readonly queues: readonly WeightedQueue[];
  /** Beside the one of `queues` and `concurrency`, which Sidekiq calls `default`. */
  readonly capsules: readonly Capsule[];
  readonly concurrency: number;
  readonly timeoutSeconds: number;
  readonly environment: string;
  readonly requires: readonly string[];
  readonly labels: readonly string[];
  readonly verbose: boolean;
  readonly fetch: FetchMode;
  readonly tag?: string;
  readonly maxRetries?: number;
  readonly deadMaxJobs?: number;
  readonly deadTimeoutInSeconds?: number;
  readonly averageScheduledPollInterval?: number;
  readonly pollIntervalAverage?: number;
}

export interface Capsule {
  readonly name: string;
  readonly concurrency: number;
  readonly queues: readonly WeightedQueue[];
}

/** `reliable` keeps a job in Redis until it is done; `basic` is Sidekiq's BRPOP, which loses it in a crash. */
export type FetchMode = "reliable" | "basic";

export interface LoadedOptions {
  readonly options: WorkOptions;
  /** Absent when there is no config file. */
  readonly configFile?: string;
  readonly warnings: readonly string[];
}

const DEFAULT_CONCURRENCY = 5;
const DEFAULT_TIMEOUT_SECONDS = 25;

/**
 * Finds and reads the config file, then merges.
 *
 * @throws ConfigError for the first thing that is wrong, in the file, a flag or a variable
 */
export const loadWorkOptions = (flags: WorkFlags, env: Environment, cwd = "."): LoadedOptions => {
  const path = findConfigFile(flags, cwd);
  if (path === undefined) return { options: workOptions(flags, env), warnings: [] };
  const environment = givenEnvironment(flags.environment, env) ?? DEFAULT_ENVIRONMENT;
  const file = readConfigFile(path, { environment, env });
  return { options: workOptions(flags, env, file), configFile: path, warnings: file.warnings };
};

/** Flags beat the file; the variables fill what neither says. */
export const workOptions = (flags: WorkFlags, env: Environment, file?: FileConfig): WorkOptions => {
  const concurrency = concurrencyFrom(flags, env, file);
  const fromFlags = flags.queue?.map((value) => queueFromText({ place: "", name: "-q", value }));
  const queues =
    fromFlags && fromFlags.length > 0 ? fromFlags : (file?.queues ?? [{ name: "default", weight: 0 }]);
  return {
    queues,
    capsules: (file?.capsules ?? []).map((capsule) => ({
      name: capsule.name,
      concurrency: capsule.concurrency ?? concurrency,
      queues: capsule.queues,
    })),
    concurrency,
    timeoutSeconds:
      flags.timeout === undefined
        ? (file?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS)
        : secondsOf({ place: "", name: "-t", value: numberIn(flags.timeout) }),
    environment: givenEnvironment(flags.environment, env) ?? file?.environment ?? DEFAULT_ENVIRONMENT,
    requires: flags.require && flags.require.length > 0 ? flags.require : (file?.requires ?? []),
    labels: file?.labels ?? [],
    verbose: flags.verbose ?? file?.verbose ?? false,
    fetch: fetchModeOf({ place: "", name: "--fetch", value: flags.fetch ?? "reliable" }),
    ...withoutUndefined({
      tag: flags.tag === undefined ? file?.tag : textOf({ place: "", name: "-g", value: flags.tag }),
      maxRetries: file?.maxRetries,
      deadMaxJobs: file?.deadMaxJobs,
      deadTimeoutInSeconds: file?.deadTimeoutInSeconds,
      averageScheduledPollInterval: file?.averageScheduledPollInterval,
      pollIntervalAverage: file?.pollIntervalAverage,
    }),
  };
};

const concurrencyFrom = (flags: WorkFlags, env: Environment, file: FileConfig | undefined): number => {
  if (flags.concurrency !== undefined) {
    return concurrencyOf({ place: "", name: "-c", value: numberIn(flags.concurrency) });
  }
  if (file?.concurrency !== undefined) return file.concurrency;
  const threads = env["RAILS_MAX_THREADS"];
  if (!threads) return DEFAULT_CONCURRENCY;
  return concurrencyOf({ place: "", name: "RAILS_MAX_THREADS", value: numberIn(threads) });
};

const fetchModeOf = (setting: Setting): FetchMode => {
  const { value } = setting;
  if (value === "reliable" || value === "basic") return value;
  throw wrongSetting(setting, "`reliable` or `basic`", "Leave it out for `reliable`.");
};
