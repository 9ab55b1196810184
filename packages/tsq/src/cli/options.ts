/** Merges flags, environment variables and the config file into the options a worker is started with. */
import type { Options, WeightedQueue } from "@tsq/core/config";
import { findConfigFile, givenEnvironment, readConfigFile } from "../config/config-file.ts";
import type { FileConfig } from "../config/config-file.ts";
import type { Environment } from "../config/erb/erb-expression.ts";
import { DEFAULT_ENVIRONMENT, WORK_ROWS } from "../config/work-rows.ts";
import { readEnv, readFallbacks, readFlags } from "../config/written.ts";
import type { Given } from "../config/written.ts";

/** The flags of `tsq work`, parsed but not yet checked: those of rows, and what is no row. */
export interface WorkFlags {
  readonly config?: string | undefined;
  readonly require?: readonly string[] | undefined;
  readonly environment?: string | undefined;
  readonly redis?: string | undefined;
  /** Processes the queues of the loaded jobs too, where none is named. */
  readonly queuesOfJobs?: boolean | undefined;
  readonly [row: string]: unknown;
}

type Read = Given<typeof WORK_ROWS>;
type Decided =
  | "queues"
  | "concurrency"
  | "shutdownTimeoutMs"
  | "fetch"
  | "unknownJobs"
  | "labels"
  | "verbose"
  | "requires";

/** Everything `tsq work` needs to know, by the names of the rows; what has no default but the worker's own may be absent. */
export interface WorkOptions
  extends Omit<Read, Decided | "capsules" | "environment">, Required<Pick<Read, Decided>> {
  /** Beside the one of `queues` and `concurrency`, which Sidekiq calls `default`. */
  readonly capsules: readonly Capsule[];
  readonly environment: string;
}

export interface Capsule {
  readonly name: string;
  readonly concurrency: number;
  readonly queues: readonly WeightedQueue[];
}

export interface LoadedOptions {
  readonly options: WorkOptions;
  /** Absent when there is no config file. */
  readonly configFile?: string;
  readonly warnings: readonly string[];
}

/**
 * Finds and reads the config file, then merges.
 *
 * @param extra rows of extensions, beside those of `tsq work`; what they read is among the options
 * @throws ConfigError for the first thing that is wrong, in the file, a flag or a variable
 */
export const loadWorkOptions = (
  flags: WorkFlags,
  env: Environment,
  cwd = ".",
  extra: Options = {},
): LoadedOptions => {
  const path = findConfigFile(flags, cwd);
  if (path === undefined) return { options: workOptions(flags, env, undefined, extra), warnings: [] };
  const environment = givenEnvironment(flags.environment, env) ?? DEFAULT_ENVIRONMENT;
  const file = readConfigFile(path, { environment, env, extra });
  return { options: workOptions(flags, env, file, extra), configFile: path, warnings: file.warnings };
};

/** Flags beat the file; the variables fill what neither says. */
export const workOptions = (
  flags: WorkFlags,
  env: Environment,
  file?: FileConfig,
  extra: Options = {},
): WorkOptions => {
  // What the rows of extensions read has their names, which are no names of ours.
  const rows = { ...WORK_ROWS, ...extra };
  const { path: _, warnings: __, ...said } = file ?? { path: "", warnings: [] };
  const given: Read = { ...said, ...readFlags(rows, flags) };
  // A variable that is not needed is not looked at: whatever it holds, something else said it.
  const missing = Object.fromEntries(Object.entries(rows).filter(([name]) => !(name in given)));
  const all = { ...readFallbacks(rows), ...readEnv(missing, env), ...given } as Required<
    Pick<Read, Decided>
  > &
    Read;
  return {
    ...all,
    capsules: (all.capsules ?? []).map((capsule) => ({ concurrency: all.concurrency, ...capsule })),
    environment: givenEnvironment(flags.environment, env) ?? all.environment ?? DEFAULT_ENVIRONMENT,
  };
};
