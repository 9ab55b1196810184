/** What one extension is given of its worker. */
import type { Logger } from "pino";
import { ConfigError } from "@tsq/core";
import type {
  Chain,
  ClientMiddleware,
  JobClient,
  RedisTarget,
  Registry,
  ServerMiddleware,
  WireGeneration,
} from "@tsq/core";
import { connect, LazyConnection } from "@tsq/core/protocol";
import type { Outage, Redis } from "@tsq/core/protocol";
import type { ExtensionHost } from "./extension.ts";
import type { Hold, Holds } from "./fetch/holds.ts";
import type { ErrorReports } from "./report/error-reports.ts";
import type { JobRun } from "./run/job-run.ts";
import type { ErrorContext } from "./run/hooks.ts";
import type { Lifecycle, LifecycleEvent, Listener } from "./services/lifecycle.ts";
import { Loop } from "./services/loop.ts";
import type { LoopSpec } from "./services/loop.ts";
import type { ServiceList } from "./services/service-list.ts";
import type { Service } from "./services/service.ts";
import { within } from "./within.ts";

const END_WITHIN_MS = 3_000;

/** What the extensions of a worker share. */
export interface HostParts {
  readonly identity: string;
  readonly log: Logger;
  readonly redis: RedisTarget;
  readonly outage: Outage;
  readonly errors: ErrorReports;
  readonly lifecycle: Lifecycle;
  readonly registry: Registry;
  readonly clientChain: Chain<ClientMiddleware>;
  readonly serverChain: Chain<ServerMiddleware>;
  readonly services: ServiceList;
  readonly holds: Holds;
  readonly hookTimeoutMs: number;
  readonly client: () => JobClient;
  readonly wire: () => WireGeneration;
  readonly running: () => readonly JobRun[];
  /** What was given of the options of all extensions. */
  readonly given: Readonly<Record<string, unknown>>;
}

export class Host implements ExtensionHost {
  readonly options: Readonly<Record<string, unknown>>;
  readonly #parts: HostParts;
  readonly #name: string;
  readonly #connection: LazyConnection;
  readonly #services = new Set<string>();
  #log: Logger | undefined;
  #isInstalled = false;

  constructor(name: string, options: Readonly<Record<string, unknown>>, parts: HostParts) {
    this.options = options;
    this.#name = name;
    this.#parts = parts;
    this.#connection = new LazyConnection(() =>
      connect(parts.redis, "client", parts.outage.connection(`extension \`${name}\``)),
    );
  }

  get identity(): string {
    return this.#parts.identity;
  }

  get log(): Logger {
    return (this.#log ??= this.#parts.log.child({ extension: this.#name }));
  }

  get redis(): Redis {
    return this.#connection.get();
  }

  get client(): JobClient {
    return this.#parts.client();
  }

  get registry(): Registry {
    return this.#parts.registry;
  }

  get clientChain(): Chain<ClientMiddleware> {
    return this.#parts.clientChain;
  }

  get serverChain(): Chain<ServerMiddleware> {
    return this.#parts.serverChain;
  }

  get hookTimeoutMs(): number {
    return this.#parts.hookTimeoutMs;
  }

  wire(): WireGeneration {
    return this.#parts.wire();
  }

  running(): readonly JobRun[] {
    return this.#parts.running();
  }

  // A value, so that it can be handed on.
  readonly report = (error: unknown, context: ErrorContext): void =>
    this.#parts.errors.report(error, {
      ...context,
      context: `Extension \`${this.#name}\`: ${context.context}`,
    });

  addService(service: Service): void {
    this.#admit(service, ["start", "stop"]);
    this.#parts.services.add(service, this.#label(service.name));
  }

  addLoop(spec: LoopSpec): void {
    this.#admit(spec, ["nextMs", "runOnce"]);
    const loop = new Loop({
      // Its functions may be methods.
      name: spec.name,
      firstMs: () => spec.firstMs?.(),
      nextMs: () => spec.nextMs(),
      retryMs: () => spec.retryMs?.(),
      runOnce: () => spec.runOnce(),
      witness: this.#parts.outage.part(`run ${this.#label(spec.name)}`),
      isReachable: () => !this.#connection.isAway,
    });
    this.#parts.services.add(loop, this.#label(spec.name));
  }

  hold(queues: ReadonlySet<string> | readonly string[]): Hold {
    // From JavaScript anything can come; of a text each letter would be a queue.
    const given: unknown = queues;
    if (!(given instanceof Set) && !Array.isArray(given)) {
      throw new ConfigError(
        `Expected the extension \`${this.#name}\` to hold a set or an array of queues, got a value of type \`${typeof given}\`. Write \`host.hold(["name"])\`.`,
      );
    }
    return this.#parts.holds.hold(queues);
  }

  on<E extends LifecycleEvent>(event: E, listener: Listener<E>): void {
    this.#parts.lifecycle.on(event, listener, `the extension \`${this.#name}\``);
  }

  /** What is added from now on would never be started. */
  installed(): void {
    this.#isInstalled = true;
  }

  /** Ends the connection once what was sent is answered, or not: without a server nothing keeps a process. */
  async end(): Promise<void> {
    await within(END_WITHIN_MS, this.#connection.end());
    this.#connection.disconnect();
  }

  #label(service: string): string {
    return `\`${service}\` of the extension \`${this.#name}\``;
  }

  #admit(service: { readonly name: string }, functions: readonly string[]): void {
    // From JavaScript anything can come.
    const given = service as Partial<Record<string, unknown>> | null | undefined;
    const missing = functions.find((one) => typeof given?.[one] !== "function");
    if (typeof given?.["name"] !== "string" || given["name"] === "" || missing !== undefined) {
      throw new ConfigError(
        `Expected a service of the extension \`${this.#name}\` to have a \`name\` and the functions ${functions.map((one) => `\`${one}\``).join(" and ")}, ` +
          `got ${missing === undefined ? "none with a name" : `one without \`${missing}\``}.`,
      );
    }
    if (this.#isInstalled) {
      throw new ConfigError(
        `Expected ${this.#label(service.name)} to be added in \`install()\`, got it later, when the list has been started. Add it there.`,
      );
    }
    if (this.#services.has(service.name)) {
      throw new ConfigError(
        `Expected services with names of their own, got two named \`${service.name}\` from the extension \`${this.#name}\`.`,
      );
    }
    this.#services.add(service.name);
  }
}
