/** The folder of an app as the checks see it: each file that says something of jobs, read once, and none of it run. */
import { join } from "node:path";
import { isRecord } from "@tsq/core/config";
import { once } from "../once.ts";
import { Adapters } from "./active-job-adapter.ts";
import { lockedGems, namedGems } from "./gems.ts";
import type { Gem } from "./gems.ts";
import type { JobClass } from "./job-class.ts";
import { readProcfile } from "./procfile.ts";
import type { ProcfileLine } from "./procfile.ts";
import { hasDefaultOptions, hasMaxRetries, rubyJobs } from "./ruby-jobs.ts";
import { readRuby } from "./ruby-text.ts";
import { SCHEDULE_FILE } from "../../config/schedule-file.ts";
import { readScheduled } from "./scheduled.ts";
import type { Scheduled } from "./scheduled.ts";
import { matchesIn } from "./source-text.ts";
import type { SourceText } from "./source-text.ts";
import { typescriptFacts } from "./typescript-facts.ts";
import type { TypeScriptFacts } from "./typescript-facts.ts";
import { textIn, walkSources } from "./walk.ts";
import type { Walk } from "./walk.ts";
import { workersOf } from "./workers.ts";
import type { ProjectOptions, ProjectWorker } from "./workers.ts";

export class Project {
  readonly folder: string;
  readonly options: ProjectOptions;

  constructor(folder: string, options: ProjectOptions) {
    this.folder = folder;
    this.options = options;
  }

  /** Undefined where there is none. */
  text(path: string): string | undefined {
    return textIn(join(this.folder, path));
  }

  readonly #sources = once((): Walk => walkSources(this.folder));

  /** How many sources were read, and whether there are more, or some that nobody could make sense of. */
  readonly looked = once(() => ({ files: this.#sources().files.length, isCut: this.isPartial() }));

  /**
   * Whether only a part of the sources is known. Then nothing is said to be missing: a guard, a handler, a class may be in
   * the rest.
   */
  readonly isPartial = once(
    (): boolean =>
      this.#sources().isCut || this.ruby().some(({ isWhole }) => !isWhole) || this.typescript().isPartial,
  );

  readonly ruby = once((): readonly SourceText[] =>
    this.#sources()
      .files.filter(({ path }) => /\.r[bu]$/.test(path))
      .map(({ path, text }) => ({ path, text, ...readRuby(text) })),
  );

  readonly typescript = once((): TypeScriptFacts =>
    typescriptFacts(this.#sources().files.filter(({ path }) => /\.[cm]?[jt]sx?$/.test(path))),
  );

  /** What enqueues ActiveJobs. */
  readonly adapters = once((): Adapters => new Adapters(this.ruby(), this.options.environment));

  readonly jobs = once((): readonly JobClass[] => {
    const ruby = rubyJobs(this.ruby(), {
      adapters: this.adapters(),
      hasOptions: this.isPartial() || hasDefaultOptions(this.ruby()),
      hasMaxRetries: hasMaxRetries(this.ruby()) || this.#hasMaxRetriesInFile(),
    });
    const hasMost = this.typescript().hasMaxRetries || this.#hasMaxRetriesInFile();
    const hasOptions = this.isPartial() || this.typescript().hasDefaultOptions;
    const typescript = this.typescript().jobs.map((job): JobClass => {
      const isOpen = job.retry === "unset" ? hasOptions || hasMost : job.retry === true && hasMost;
      return {
        ...job,
        queue: hasOptions && job.queue === "default" ? undefined : job.queue,
        retry: isOpen ? "unknown" : job.retry,
        isClosed: job.isClosed && !hasOptions,
      };
    });
    return [...ruby, ...typescript];
  });

  /** The class of this name: that of the language which runs these jobs, where both have it, and one that runs before one that is only pushed. */
  classNamed(name: string, side?: JobClass["side"]): JobClass | undefined {
    const own = this.jobs().filter((job) => job.name === name);
    return own.find((job) => job.isRun && job.side === side) ?? own.find(({ isRun }) => isRun) ?? own[0];
  }

  #hasMaxRetriesInFile(): boolean {
    const files = new Set(["config/sidekiq.yml", ...this.workers().flatMap(({ config }) => config ?? [])]);
    return [...files].some((file) => /^[ \t]*["':]*max_retries\b/m.test(this.text(file) ?? ""));
  }

  /** Undefined without a Procfile. */
  readonly procfile = once((): readonly ProcfileLine[] | undefined => {
    const text = this.text("Procfile");
    return text === undefined ? undefined : readProcfile(text);
  });

  /** The workers that the Procfile starts, or those that the usual config file is for. */
  readonly workers = once((): readonly ProjectWorker[] =>
    workersOf({
      folder: this.folder,
      options: this.options,
      procfile: this.procfile() ?? [],
      hasRuby: this.gems().size > 0,
      hasTsq: this.packages().includes("tsq"),
    }),
  );

  readonly gems = once((): ReadonlyMap<string, Gem> => {
    const locked = this.text("Gemfile.lock");
    const named = this.text("Gemfile");
    return new Map([
      ...(named === undefined ? [] : namedGems(named, "Gemfile")),
      ...(locked === undefined ? [] : lockedGems(locked, "Gemfile.lock")),
    ]);
  });

  /** What package.json depends on; empty without one. */
  packages(): readonly string[] {
    return ["dependencies", "devDependencies"].flatMap((key) => Object.keys(this.#manifest()[key] ?? {}));
  }

  /** The scripts of package.json. */
  scripts(): Readonly<Record<string, unknown>> {
    return this.#manifest()["scripts"] ?? {};
  }

  readonly #manifest = once((): Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> => {
    try {
      const json: unknown = JSON.parse(this.text("package.json") ?? "{}");
      // Its parts are objects where npm has read it.
      return isRecord(json) ? (json as Readonly<Record<string, Readonly<Record<string, unknown>>>>) : {};
    } catch {
      return {};
    }
  });

  readonly schedule = once((): Scheduled | undefined =>
    this.text(SCHEDULE_FILE) === undefined ? undefined : readScheduled(this.folder, this.options.env),
  );

  /** The namespaces of sidekiq-cron 2 that this project uses: the default one, and what its schedule names. */
  cronNamespaces(): readonly string[] {
    const named = (this.schedule()?.entries ?? []).flatMap(({ namespace }) => namespace ?? []);
    return [...new Set(["default", ...named])];
  }

  /** Whether queues are given to workers in code as well, where only the program knows them. */
  readonly hasQueuesInCode = once((): boolean => {
    const inRuby = /\bcapsule\s*\(|\.queues\s*=(?!=)|\[:queues\]\s*=(?!=)/;
    const isGiven = (source: SourceText): boolean => matchesIn(source, inRuby).length > 0;
    return this.isPartial() || this.typescript().hasQueues || this.ruby().some(isGiven);
  });

  /** Whether Rails puts something before the names of queues: what, is known to the program alone. */
  readonly hasQueuePrefix = once(
    (): boolean =>
      this.isPartial() ||
      this.ruby().some((source) => matchesIn(source, /\bqueue_name_prefix\s*=/).length > 0),
  );

  /** Whether any class in Ruby has this name, a job or not. */
  hasRubyClass(name: string): boolean {
    return this.isPartial() || this.#rubyNames().has(name.split("::").at(-1) ?? name);
  }

  /** Without the modules around them. */
  readonly #rubyNames = once(
    (): ReadonlySet<string> =>
      new Set(
        this.ruby().flatMap((source) =>
          [...matchesIn(source, DEFINED), ...matchesIn(source, ASSIGNED)].map(([, name = ""]) => name),
        ),
      ),
  );
}

const DEFINED = /\b(?:class|module)[ \t]+(?:::)?(?:[A-Z]\w*::)*([A-Z]\w*)/;
/** `SyncJob = Class.new(Base)` */
const ASSIGNED = /(?<![\w:.])(?:[A-Z]\w*::)*([A-Z]\w*)[ \t]*=(?![=~>])/;
