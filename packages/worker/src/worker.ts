/**
 * A process that runs jobs: its capsules, the poller of what is due, the heartbeat, and the rescuer of what
 * dead processes left behind. States: made → started → quiet → stopped.
 */
import type { Logger } from "pino";
import { describeTarget, spellingFor, startedWorkers, VERSION } from "@tsq/core/protocol";
import type { Outage } from "@tsq/core/protocol";
import type { WireGeneration } from "@tsq/core";
import type { BeatReport, BeatSnapshot } from "./beat/beat.ts";
import { ownVersion } from "./beat/beat.ts";
import { BasicFetch } from "./fetch/basic-fetch.ts";
import { Deadline } from "./run/deadline.ts";
import { ErrorReports } from "./report/error-reports.ts";
import type { Fetch, FetchEvents } from "./fetch/fetch.ts";
import { Heartbeat } from "./beat/heartbeat.ts";
import { hostName, infoJson, newIdentity } from "./beat/identity.ts";
import { Lifecycle } from "./services/lifecycle.ts";
import type { LifecycleEvent } from "./services/lifecycle.ts";
import { lookAround } from "./services/look-around.ts";
import { Manager } from "./run/manager.ts";
import { Metrics } from "./run/metrics.ts";
import { workerOutage } from "./report/outage.ts";
import { Poller } from "./services/poller.ts";
import { ReliableFetch } from "./fetch/reliable/reliable-fetch.ts";
import { Rescuer } from "./services/rescuer.ts";
import type { RunningJobInfo } from "./run/running-job.ts";
import { WorkerClient } from "./run/worker-client.ts";
import { within } from "./within.ts";
import { resolveOptions } from "./options/worker-options.ts";
import type { Capsule, Resolved, WorkerOptions } from "./options/worker-options.ts";

const SLOW_RTT_US = 50_000;
const START_ENDS_MS = 3_000;
// For `exit` listeners, which come after the deadline: as long as a job has to unwind.
const LAST_WORDS_MS = 3_000;

export class Worker {
  /** `host:pid:nonce`, the process's name in Redis. */
  readonly identity: string;
  readonly #options: Resolved;
  readonly #log: Logger;
  readonly #errors: ErrorReports;
  readonly #lifecycle: Lifecycle;
  readonly #metrics = new Metrics();
  readonly #managers: readonly Manager[];
  readonly #heartbeat: Heartbeat;
  readonly #poller: Poller;
  readonly #rescuer: Rescuer;
  readonly #outage: Outage;
  readonly #client: WorkerClient;
  #wire: WireGeneration = 8;
  readonly #deadline = new Deadline();
  #isQuiet = false;
  #paused = "";
  #starting: Promise<void> | undefined;
  #quieting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #signalled: ((signal: string) => void) | undefined;

  /** @throws ConfigError when an option is not what it should be */
  constructor(options: WorkerOptions) {
    const own = (this.#options = resolveOptions(options));
    const { redis, policy, capsules } = own;
    this.#log = own.logger;
    const host = hostName(process.env);
    this.identity = newIdentity(host);
    const onError = (this.#errors = new ErrorReports(this.#log, own.errorHandlers, redis)).report;
    const outage = (this.#outage = workerOutage(own, this.#errors));
    this.#lifecycle = new Lifecycle(
      (error, event) => onError(error, { context: `Error in a ${event} listener` }),
      (line) => this.#log.warn(line),
    );
    this.#client = new WorkerClient(own);
    const wire = (): WireGeneration => this.#wire;
    this.#managers = capsules.map((capsule, i) => this.#manager(capsule, i, wire));
    this.#poller = new Poller({
      ...own,
      middleware: own.clientMiddleware,
      wire,
      onError,
      outage,
    });
    this.#rescuer = new Rescuer({
      redis,
      wire,
      policy,
      log: this.#log,
      onError,
      identity: this.identity,
      outage,
    });
    this.#heartbeat = new Heartbeat({
      redis,
      identity: this.identity,
      info: infoJson({
        identity: this.identity,
        host,
        startedAtMs: Date.now(),
        tag: own.tag,
        labels: own.labels,
        version: ownVersion(VERSION),
        capsules,
      }),
      concurrency: capsules.reduce((sum, capsule) => sum + capsule.concurrency, 0),
      snapshot: () => this.#snapshot(),
      onReport: (report) => this.#reported(report),
      outage,
      onHindered: this.#errors.hindered,
      blockedLoopTimeoutMs: own.blockedLoopTimeoutMs,
      onBlocked: (line) => this.#log.error(line),
    });
  }

  /** Registers a listener, or throws a ConfigError for an unknown event; `startup` runs before the first job is taken. */
  on(event: LifecycleEvent, listener: () => unknown): this {
    this.#lifecycle.on(event, listener);
    return this;
  }

  /** What to do when a page or another process sends TSTP, TERM or TTIN; by default quiet, stop and a dump. */
  onSignal(listener: (signal: string) => void): this {
    this.#signalled = listener;
    return this;
  }

  /**
   * Resolves when the worker takes jobs.
   * @throws RedisUnusableError in one line when Redis cannot be used; what a `startup` listener throws
   */
  start(): Promise<void> {
    return (this.#starting ??= this.#startOrEnd());
  }

  /** Takes no more jobs; those that run go on. Resolves when none can arrive any more. */
  quiet(): Promise<void> {
    return (this.#quieting ??= this.#quiet());
  }

  /** Quiet, waits up to `shutdownTimeoutMs` for what runs, hands back and aborts the rest; resolves when all is closed. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  /** Ends the wait of a stop for what runs, also of one that is still to come: it is handed back at once. */
  hurry(): void {
    this.#deadline.hurry();
  }

  /**
   * Tells the worker that its process has met an exception that nobody caught, such as one of a job's timer. Stop it
   * next: what the stop cuts off counts as rescued once, and after three times within 72 hours goes to the dead set.
   */
  crashed(): void {
    for (const manager of this.#managers) manager.crashed();
  }

  /** The jobs that run now. */
  running(): readonly RunningJobInfo[] {
    return this.#managers.flatMap(({ work }) => work.infos());
  }

  /** A start that failed leaves nothing open that would try again for ever. */
  async #startOrEnd(): Promise<void> {
    startedWorkers.add(this);
    try {
      await this.#start();
    } catch (error) {
      startedWorkers.delete(this);
      for (const { fetch } of this.#managers) fetch.disconnect();
      await Promise.all([this.#poller.stop(), this.#rescuer.stop(), this.#heartbeat.stop()]);
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { redis, redisFrom, capsules } = this.#options;
    this.#log.info({ redis: describeTarget(redis), from: redisFrom }, "Connecting");
    const steps = [
      () => this.#lookAround(),
      () => this.#lifecycle.fire("startup"),
      // Others see the process before its first job, unless a full memory refuses the beat.
      () => this.#heartbeat.start(),
      () => Promise.all(this.#managers.map((manager) => manager.start())),
    ];
    for (const step of steps) {
      await step();
      // What began after the stop would never end.
      if (this.#stopping) return;
    }
    this.#poller.start();
    this.#rescuer.start();
    this.#log.info(
      { identity: this.identity, queues: capsules.flatMap(({ order }) => order.names) },
      `tsq ${VERSION} started`,
    );
  }

  async #lookAround(): Promise<void> {
    const { redis, fetch, wire } = this.#options;
    const generations = await lookAround(redis, fetch, this.#log);
    this.#wire = wire === "auto" ? spellingFor(generations) : wire;
  }

  async #quiet(): Promise<void> {
    this.#isQuiet = true;
    this.#log.info("Taking no more jobs");
    // Before the listeners, as in Sidekiq: a job hears at once that it should end, and none is taken meanwhile.
    const quieted = this.#managers.map((manager) => manager.quiet().catch(this.#errors.hindered));
    await this.#lifecycle.fire("quiet");
    this.#heartbeat.beat();
    await Promise.all([this.#poller.stop().catch(this.#errors.hindered), ...quieted]);
  }

  async #stop(): Promise<void> {
    const deadline = this.#deadline;
    deadline.begin(this.#options.shutdownTimeoutMs);
    // A start ends at its next step, unless the server is gone; half of it has half the parts running, and all can be stopped.
    if (this.#starting) await within(START_ENDS_MS, this.#starting);
    // Redis may be away: then quiet() waits for it, and the managers' own deadline ends the wait.
    this.#errors.ignore(this.quiet());
    // A listener that does not end must not keep the jobs from their queues.
    await deadline.allows(this.#lifecycle.fire("shutdown"));
    const handedBack = await Promise.all(this.#managers.map((manager) => manager.stop(deadline)));
    const jobs = handedBack.reduce((sum, count) => sum + count, 0);
    if (jobs > 0) this.#log.warn({ jobs }, "Handed back jobs that were still running");
    const closed = within(LAST_WORDS_MS, this.#client.close());
    const parts = [this.#poller.stop(), this.#rescuer.stop(), closed];
    await Promise.all(parts.map((part) => part.catch(this.#errors.hindered)));
    await within(LAST_WORDS_MS, this.#lifecycle.fire("exit"));
    await this.#heartbeat.stop().catch(this.#errors.hindered);
    startedWorkers.delete(this);
    this.#log.info("Bye!");
  }

  #manager(capsule: Capsule, index: number, wire: () => WireGeneration): Manager {
    const { jobs, policy, deathHandlers, backtraceCleaner } = this.#options;
    return new Manager({
      jobs,
      middleware: capsule.middleware,
      policy,
      deathHandlers,
      backtraceCleaner,
      wire,
      metrics: this.#metrics,
      log: this.#log,
      onError: this.#errors.report,
      tidPrefix: `${index.toString(36)}t`,
      fetch: (events) => this.#fetch(capsule, events),
      strike: (units) => this.#rescuer.strike(units),
      onHindered: this.#errors.hindered,
      client: () => this.#client.get(),
    });
  }

  #fetch({ name, order, concurrency }: Capsule, events: FetchEvents): Fetch {
    const { redis, fetch } = this.#options;
    const own = { redis, order, concurrency, events, outage: this.#outage };
    if (fetch === "basic") return new BasicFetch(own);
    return new ReliableFetch({ ...own, identity: this.identity, capsule: name });
  }

  #snapshot(): BeatSnapshot {
    return {
      busy: this.#managers.reduce((sum, { work }) => sum + work.size, 0),
      isQuiet: this.#isQuiet,
      work: this.#managers.flatMap(({ work }) => work.entries()),
      owners: this.#managers.flatMap(({ fetch }) => fetch.owners()),
      metrics: this.#metrics.take(),
    };
  }

  #reported(report: BeatReport): void {
    for (const { fetch } of this.#managers) fetch.heard();
    const { wire } = this.#options;
    this.#wire = wire === "auto" ? spellingFor(new Set(report.generations)) : wire;
    const paused = report.paused.toSorted().join("\n");
    if (paused !== this.#paused) {
      this.#paused = paused;
      for (const { fetch } of this.#managers) fetch.pause(new Set(report.paused));
    }
    if (report.rttUs > SLOW_RTT_US)
      this.#log.warn({ rttUs: report.rttUs }, "Redis answers slowly; ideal is below 1,000 µs");
    if (report.isNew) this.#errors.ignore(this.#lifecycle.fire("heartbeat"));
    this.#errors.ignore(this.#lifecycle.fire("beat"));
    if (report.signal) this.#obey(report.signal);
  }

  /** What Ruby's pages send (WIRE §7.4). */
  #obey(signal: string): void {
    this.#log.info({ signal }, "Signal from Redis");
    if (this.#signalled) this.#signalled(signal);
    else if (signal === "TSTP") this.#errors.ignore(this.quiet());
    else if (signal === "TERM") this.#errors.ignore(this.stop());
    else if (signal === "TTIN") for (const job of this.running()) this.#log.warn(job, "Running");
  }
}
