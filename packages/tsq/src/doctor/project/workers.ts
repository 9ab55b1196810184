/** Which workers a project starts, and which queues each of them serves. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SETTINGS } from "@tsq/worker/settings";
import { findConfigFile, readConfigFile } from "../../config/config-file.ts";
import type { FileConfig } from "../../config/config-file.ts";
import type { Environment } from "../../config/erb/erb-expression.ts";
import { EXTRA_ROWS } from "../../config/work-rows.ts";
import { workerCommand } from "./procfile.ts";
import type { ProcfileLine, WorkerCommand } from "./procfile.ts";

export interface ProjectOptions {
  readonly env: Environment;
  /** The section of sidekiq.yml. */
  readonly environment: string;
}

/** What is known of a project before its workers are. */
export interface Workplace {
  readonly folder: string;
  readonly options: ProjectOptions;
  readonly procfile: readonly ProcfileLine[];
  readonly hasRuby: boolean;
  readonly hasTsq: boolean;
}

export interface ProjectWorker {
  readonly sides: readonly ("ruby" | "typescript")[];
  /** The line of the Procfile; undefined where there is none, and the config file alone tells. */
  readonly line: ProcfileLine | undefined;
  readonly starter: string | undefined;
  /** Its config file, from the folder on. */
  readonly config: string | undefined;
  /** Undefined where it is not known. */
  readonly queues: readonly { readonly name: string; readonly weight: number }[] | undefined;
  /** The same by capsules. */
  readonly capsules: readonly NonNullable<ProjectWorker["queues"]>[] | undefined;
  readonly fetch: "reliable" | "basic";
  /** By its config file. */
  readonly waiting: FileConfig["waiting"];
  /** How long a stop waits; the usual time where nothing says it, undefined where it is not known. */
  readonly timeoutSeconds: number | undefined;
  /** Why its config file could not be read. */
  readonly error: Error | undefined;
}

/** As long as a worker waits that is told nothing, Sidekiq's and ours. */
export const USUAL_TIMEOUT_SECONDS = SETTINGS.shutdownTimeoutMs.fallback / 1_000;

export const workersOf = (place: Workplace): readonly ProjectWorker[] => {
  const started = place.procfile.flatMap((line) => {
    const command = workerCommand(line.command);
    return command ? [fromCommand(place, line, command)] : [];
  });
  if (started.length > 0) return started;
  const config = findConfigFile({}, place.folder);
  if (config === undefined) return [];
  const sides: ("ruby" | "typescript")[] = [];
  if (place.hasRuby) sides.push("ruby");
  else if (place.hasTsq) sides.push("typescript");
  const read = fromConfig(place, relative(place, config));
  return [{ sides, line: undefined, starter: undefined, fetch: "reliable", ...read }];
};

const fromCommand = (place: Workplace, line: ProcfileLine, command: WorkerCommand): ProjectWorker => {
  const usual = findConfigFile({}, place.folder);
  const found = command.config ?? (usual === undefined ? undefined : relative(place, usual));
  const read = found === undefined ? NO_CONFIG : fromConfig(place, found);
  return {
    sides: [command.side],
    line,
    starter: command.starter,
    fetch: command.fetch,
    ...read,
    ...(command.isOpen ? UNKNOWN_QUEUES : command.queues && inCapsules([command.queues])),
    timeoutSeconds: command.timeoutSeconds ?? read.timeoutSeconds,
  };
};

type Configured = Pick<
  ProjectWorker,
  "config" | "queues" | "capsules" | "waiting" | "timeoutSeconds" | "error"
>;

const inCapsules = (
  capsules: NonNullable<ProjectWorker["capsules"]>,
): Pick<ProjectWorker, "queues" | "capsules"> => ({ queues: capsules.flat(), capsules });

const UNKNOWN_QUEUES = { queues: undefined, capsules: undefined };

/** As Sidekiq starts without any. */
const NO_CONFIG: Configured = {
  config: undefined,
  ...inCapsules([[{ name: "default", weight: 0 }]]),
  waiting: undefined,
  timeoutSeconds: USUAL_TIMEOUT_SECONDS,
  error: undefined,
};

const fromConfig = (place: Workplace, config: string): Configured => {
  const path = join(place.folder, config);
  if (!existsSync(path)) return { ...NO_CONFIG, config, ...UNKNOWN_QUEUES, timeoutSeconds: undefined };
  try {
    const read = readConfigFile(path, { ...place.options, extra: EXTRA_ROWS });
    const { waiting } = read;
    return { config, ...queuesIn(read), waiting, timeoutSeconds: timeoutIn(read), error: undefined };
  } catch (error) {
    return {
      config,
      ...UNKNOWN_QUEUES,
      waiting: undefined,
      timeoutSeconds: undefined,
      error: error as Error,
    };
  }
};

const queuesIn = ({ queues, capsules = [] }: FileConfig): ReturnType<typeof inCapsules> => {
  const all = [queues ?? [{ name: "default", weight: 0 }], ...capsules.map((capsule) => capsule.queues)];
  return inCapsules(all.map((own) => own.map(({ name, weight }) => ({ name, weight }))));
};

const timeoutIn = ({ shutdownTimeoutMs }: FileConfig): number =>
  shutdownTimeoutMs === undefined ? USUAL_TIMEOUT_SECONDS : shutdownTimeoutMs / 1_000;

const relative = ({ folder }: Workplace, path: string): string =>
  path.startsWith(folder) ? path.slice(folder.length).replace(/^[/\\]+/, "") : path;
