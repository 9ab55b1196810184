/** What adds a feature to a worker, and what it is given for that. Nothing of a feature stands in the worker itself. */
import type { Logger } from "pino";
import { ConfigError } from "@tsq/core";
import type {
  Chain,
  ClientMiddleware,
  JobClient,
  Registry,
  ServerMiddleware,
  WireGeneration,
} from "@tsq/core";
import { refuseUnknown, shown } from "@tsq/core/protocol";
import type { Options, Values } from "@tsq/core/config";
import type { Redis } from "@tsq/core/protocol";
import type { Hold } from "./fetch/holds.ts";
import type { JobRun } from "./run/job-run.ts";
import type { ErrorHandler } from "./run/hooks.ts";
import type { Listener, LifecycleEvent } from "./services/lifecycle.ts";
import type { LoopSpec } from "./services/loop.ts";
import type { Service } from "./services/service.ts";

/**
 * A feature of a worker: services, middleware, listeners. One of `extensions` of a Worker.
 *
 * @typeParam S the rows of its options: with them `host.options` is typed
 */
export interface Extension<S extends Options = Options> {
  /** Names it in the log and in refusals; once in a worker. */
  readonly name: string;
  /**
   * Options that the Worker takes for it, beside its own: a row for each, of the kinds in `tsq/config`. Their names
   * are no names of other options. For TypeScript it declares them as members of `ExtensionOptions`.
   *
   * @default no options
   */
  readonly options?: S;
  /**
   * Called once, while the Worker is made, with the extensions in the order of the list. It adds what it has and waits
   * for nothing: what takes time belongs into the `start()` of a service. What it throws, `new Worker()` throws.
   */
  install(host: ExtensionHost<S>): void;
}

/**
 * The options of extensions among those of a Worker. An extension adds its own:
 * `declare module "tsq" { interface ExtensionOptions { itsOption?: number } }`.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- it is made for others to fill
export interface ExtensionOptions {}

/** A worker as its extension sees it. */
export interface ExtensionHost<S extends Options = Options> {
  /** What the Worker was given of the extension's own options, or their defaults. */
  readonly options: Values<S>;
  /** `host:pid:nonce`, the process's name in Redis. */
  readonly identity: string;
  /** The worker's logger; each line has the extension's name as `extension`. */
  readonly log: Logger;
  /**
   * A connection of the extension's own to the worker's Redis. It opens when it is first asked for, at best by a service
   * that has been started, and ends with the worker. Its commands are answered or rejected within a bounded time.
   */
  readonly redis: Redis;
  /** What pushes to the worker's Redis: `job.client` of its jobs. */
  readonly client: JobClient;
  /** What the worker can run. */
  readonly registry: Registry;
  /** `clientMiddleware` of the worker. It may be changed until `install()` returns. */
  readonly clientChain: Chain<ClientMiddleware>;
  /** `middleware` of the worker, with which the chain of each capsule begins. It may be changed until `install()` returns. */
  readonly serverChain: Chain<ServerMiddleware>;
  /**
   * How long the worker waits for a callback of the application, in milliseconds; 0 is for ever. An extension that calls
   * client middleware or a hook waits for it no longer.
   */
  readonly hookTimeoutMs: number;
  /** How times are written now. */
  wire(): WireGeneration;
  /** The jobs that run now, in all capsules. */
  running(): readonly JobRun[];
  /** Tells the log and the error handlers of the worker. The extension's name is put before the context. */
  report: ErrorHandler;
  /**
   * Adds a service. Services start in the order in which they were added, after the worker's own, and stop in reverse.
   *
   * @throws ConfigError when it has no name, start or stop, the extension has one of its name, or `install()` is over
   */
  addService(service: Service): void;
  /**
   * Adds a service that does one thing again and again. A run that fails is reported once, comes again after 5 s, and
   * has a line when it is over; what fails because Redis is away is the worker's to tell.
   *
   * @throws ConfigError as `addService`
   */
  addLoop(loop: LoopSpec): void;
  /** Takes no jobs from these queues until the hold is released, whoever else holds them or pauses them. */
  hold(queues: ReadonlySet<string> | readonly string[]): Hold;
  /**
   * As `on()` of a Worker.
   *
   * @throws ConfigError when the worker has no such event
   */
  on<E extends LifecycleEvent>(event: E, listener: Listener<E>): void;
}

const EXTENSION: Readonly<Record<keyof Extension, true>> = {
  name: true,
  options: true,
  install: true,
};

/** @throws ConfigError naming what is no extension, what was probably meant, or two of one name */
export const checkedExtensions = (extensions: unknown): readonly Extension[] => {
  if (!Array.isArray(extensions)) {
    throw new ConfigError(
      `Expected \`extensions\` to be an array, got a value of type \`${typeof extensions}\`. Write \`extensions: [extension]\`.`,
    );
  }
  const names = new Set<string>();
  for (const extension of extensions as readonly Extension[]) {
    const name = checked(extension);
    if (names.has(name)) {
      throw new ConfigError(
        `Expected extensions with names of their own, got two named \`${name}\`. Leave out one.`,
      );
    }
    names.add(name);
  }
  return extensions;
};

const checked = (extension: Extension): string => {
  // From JavaScript anything can come; the function that makes one, first of all.
  const given = extension as Partial<Extension> | null | undefined;
  if (typeof given === "function") {
    throw new ConfigError(
      `Expected every one of \`extensions\` to be an extension, got the function \`${(given as { name: string }).name}\`. Call it.`,
    );
  }
  if (typeof given?.name !== "string" || given.name === "") {
    throw new ConfigError(
      "Expected every one of `extensions` to be an object with a `name` and `install(host)`, got one without a name.",
    );
  }
  // An object of a class may carry more.
  if (Object.getPrototypeOf(given) === Object.prototype)
    refuseUnknown(`the extension \`${given.name}\``, given, Object.keys(EXTENSION));
  if (typeof given.install !== "function") {
    throw new ConfigError(
      `Expected \`install\` of the extension \`${given.name}\` to be a function, got ${shown(given.install)}.`,
    );
  }
  return given.name;
};
