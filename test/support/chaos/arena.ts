/**
 * One chaos run: a Redis, a fleet of workers, a driver, a history. At its end everything is healed, fresh workers
 * finish what is left, and the checker says whether the guarantee was kept.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Redis } from "ioredis";
import { eventually } from "../eventually.ts";
import type { TcpProxy } from "../proxy.ts";
import { check, type CheckRules, type Verdict } from "./checker.ts";
import { drained, released } from "./drained.ts";
import { Driver, QUEUES, type DriverOptions, type PlannedJob } from "./driver.ts";
import { memoryOf, stateOf } from "./final-state.ts";
import type { Home } from "./home.ts";
import { History, monotonicMs, type HistoryEvent } from "./history.ts";
import { insist } from "./insist.ts";
import { ProxiedServer } from "./proxied-server.ts";
import type { RedisServer, RedisServerOptions } from "./redis-server.ts";
import type { RoughProxy } from "./rough-proxy.ts";
import { Chance } from "./seed.ts";
import { report } from "./report.ts";
import { pidOf, TimeMachine } from "./time-machine.ts";
import { WorkerProcess, type ChaosWorkerOptions } from "./worker-process.ts";

export interface ArenaOptions {
  /** What the run is about, for its line of output. */
  readonly title: string;
  /** @default a server of its own behind proxies */
  readonly home?: Home;
  readonly server?: RedisServerOptions;
  /** How long a TERM waits for running jobs. @default 0 */
  readonly graceMs?: number;
  /** Whether leases take their sixty seconds, and rescues the workers' own time. @default false */
  readonly isRealTime?: boolean;
}

export interface RestartOptions {
  readonly awayMs?: number;
  readonly rollbackMs?: number;
  /** Done to its files; answers how many milliseconds they have forgotten. */
  readonly whileAway?: () => number;
}

export interface ConcludeOptions extends CheckRules {
  /** Ends the workers that are not this arena's, once nothing is left to do. */
  readonly stopOthers?: () => Promise<unknown>;
}

/** The jobs that are to fail while a fault lasts: so many, which run for so long. */
const FAILING = { count: 5, pushedWithinMs: 1_500, startMs: 60, mostMs: 500 };
const STOP_WITHIN_MS = 2_000;

export class Arena {
  readonly title: string;
  readonly chance: Chance;
  readonly history = new History();
  readonly home: Home;
  /** The harness's own connection, past every proxy. */
  readonly redis: Redis;
  readonly time: TimeMachine;
  readonly workers: WorkerProcess[] = [];
  /** Processes that live but are to lose their lease. */
  readonly #takenForDead = new Set<number>();
  readonly #drivers: Driver[] = [];
  readonly #pushes: Promise<void>[] = [];
  readonly #rescuers: TimeMachine[] = [];
  #failing: Driver | undefined;
  readonly #graceMs: number;
  #isKept = true;

  static async open(options: ArenaOptions): Promise<Arena> {
    const home = options.home ?? (await ProxiedServer.start(options.server));
    try {
      return new Arena(options, home);
    } catch (error) {
      await home.stop();
      throw error;
    }
  }

  private constructor({ title, graceMs = 0, isRealTime = false }: ArenaOptions, home: Home) {
    this.title = title;
    this.#graceMs = graceMs;
    this.chance = Chance.announced(title);
    this.home = home;
    this.redis = home.client();
    this.time = new TimeMachine({
      target: home.target,
      redis: this.redis,
      isDead: (identity) => this.#isDead(pidOf(identity)),
    });
    if (!isRealTime) this.time.start();
  }

  get #proxied(): ProxiedServer {
    if (this.home instanceof ProxiedServer) return this.home;
    throw new Error("Expected an arena on a server of its own.");
  }

  get server(): RedisServer {
    return this.#proxied.server;
  }

  /** Between the workers and Redis, one behind the other. */
  get network(): TcpProxy {
    return this.#proxied.network;
  }

  get rough(): RoughProxy {
    return this.#proxied.rough;
  }

  /** Workers of their own process, which take from the driver's queues. */
  spawn(options: Partial<ChaosWorkerOptions> = {}): WorkerProcess {
    const worker = new WorkerProcess(this.history, {
      redis: this.home.workersTarget,
      shutdownTimeoutMs: this.#graceMs,
      queues: QUEUES.map((queue, i) => `${queue},${QUEUES.length - i}` as const),
      concurrency: 10,
      deadMaxJobs: 1_000_000,
      ...options,
    });
    this.workers.push(worker);
    return worker;
  }

  async spawnUp(options: Partial<ChaosWorkerOptions> = {}): Promise<WorkerProcess> {
    const worker = this.spawn(options);
    await worker.up();
    return worker;
  }

  get living(): readonly WorkerProcess[] {
    return this.workers.filter((worker) => !worker.hasEnded);
  }

  /** Starts as many as are missing, as whoever runs workers does: one that finds no Redis at its start ends. */
  keep(count: number): void {
    while (this.living.length < count) this.spawn();
  }

  /** One that lives. */
  async victim(): Promise<WorkerProcess> {
    if (this.living.length === 0) await this.spawnUp();
    return this.chance.pick(this.living);
  }

  driver(options: Partial<DriverOptions> = {}): Driver {
    const driver = new Driver({
      redis: this.home.target,
      history: this.history,
      chance: this.chance,
      first: this.#drivers.length * 1_000_000,
      ...options,
    });
    this.#drivers.push(driver);
    return driver;
  }

  /** Before a fault: jobs that run when it begins and fail while it lasts. */
  async runFailing(): Promise<void> {
    const { chance } = this;
    const driver = (this.#failing ??= this.driver());
    const soon = (): PlannedJob => {
      const ms = chance.between(FAILING.startMs, FAILING.mostMs);
      return { queue: "critical", style: "deaf", ms, fails: 1, retries: 5 };
    };
    const pushes = driver.burst(FAILING.count, soon);
    this.#pushes.push(pushes);
    // Another fault may keep Redis from answering, and the last one the driver from its connection.
    await Promise.race([pushes, sleep(FAILING.pushedWithinMs)]);
    await sleep(FAILING.startMs / 2);
  }

  /** One more that looks for dead processes all the time; it ends with the arena. */
  rescuer(isDead: (identity: string) => boolean): TimeMachine {
    const rescuer = new TimeMachine({ target: this.home.target, redis: this.redis, isDead });
    this.#rescuers.push(rescuer);
    rescuer.start();
    return rescuer;
  }

  /** From now on its identity expires whenever it appears, until it is alive again. */
  takeForDead(worker: WorkerProcess): void {
    this.#takenForDead.add(worker.pid);
    worker.noteExpiry();
  }

  takeForAlive(worker: WorkerProcess): void {
    this.#takenForDead.delete(worker.pid);
  }

  /**
   * kill -9 of Redis, and its return after a while.
   *
   * @param rollbackMs how old what it has forgotten may be at most; what that is, its disk is asked
   */
  async restartRedis({
    awayMs = 0,
    rollbackMs = 0,
    whileAway = () => 0,
  }: RestartOptions = {}): Promise<void> {
    const at = monotonicMs();
    await this.server.kill9();
    const forgottenMs = whileAway();
    await sleep(awayMs);
    if (rollbackMs > 0) {
      const memory = await this.server.asked(memoryOf);
      this.history.note({ kind: "rollback", at, windowMs: Math.max(rollbackMs, forgottenMs), ...memory });
    }
    await this.server.restart();
    this.history.note({ kind: "outage", at, until: monotonicMs(), of: "everyone" });
  }

  /** Writes what a process's next beat writes, for one whose beat is due. */
  async beatFor(identity: string): Promise<void> {
    await insist(() =>
      this.redis.multi().sadd("processes", identity).hset(identity, "beat", 0).expire(identity, 60).exec(),
    );
  }

  events(): readonly HistoryEvent[] {
    return this.history.events();
  }

  /** Resolves when so many runs have started. */
  async untilStarted(count: number, timeoutMs = 10_000): Promise<void> {
    await eventually(
      () => {
        const starts = this.events().filter(({ kind }) => kind === "start");
        expect(starts.length).toBeGreaterThanOrEqual(count);
      },
      { timeoutMs, everyMs: 50 },
    );
  }

  /** Ends the run: drains with what lives and one fresh worker, stops all, checks; throws when anything is wrong. */
  async conclude(options: ConcludeOptions = {}): Promise<Verdict> {
    const verdict = await this.judge(options);
    this.#isKept = verdict.problems.length > 0;
    expect(verdict.problems, `see ${this.history.folder}`).toEqual([]);
    return verdict;
  }

  /** As `conclude()`, for a run in which something is to be wrong. */
  async judge({ stopOthers, ...rules }: ConcludeOptions = {}): Promise<Verdict> {
    await Promise.all(this.#pushes);
    for (const driver of this.#drivers) await driver.stop();
    const finisher = await this.spawnUp({ shutdownTimeoutMs: STOP_WITHIN_MS });
    await drained(this);
    await stopOthers?.();
    await Promise.all(this.living.filter((worker) => worker !== finisher).map((worker) => worker.stop()));
    // What a stop has handed back, and what a death between left.
    await drained(this);
    await finisher.stop();
    await released(this.redis);

    const verdict = check(this.events(), await stateOf(this.redis), rules);
    report(this, verdict);
    this.#isKept = false;
    return verdict;
  }

  /** Whatever a step meets, the next are made: a server that is left would be left for ever. */
  async close(): Promise<void> {
    const machines = [this.time, ...this.#rescuers];
    const errors: unknown[] = [];
    const ended = async (all: readonly Promise<unknown>[]): Promise<void> => {
      for (const end of await Promise.allSettled(all)) if (end.status === "rejected") errors.push(end.reason);
    };
    await ended(this.#drivers.map((driver) => driver.stop()));
    for (const worker of this.living) worker.thaw();
    await ended(this.living.map((worker) => worker.kill9()));
    // A look may wait for a server that is away: it ends with its connection.
    const stopping = machines.map((machine) => machine.stop());
    await ended([this.home.stop()]);
    await ended(stopping);
    this.history.close({ isKept: this.#isKept });
    if (errors.length > 0) throw errors[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #isDead(pid: number): boolean {
    return (
      this.#takenForDead.has(pid) || this.workers.some((worker) => worker.pid === pid && worker.hasEnded)
    );
  }
}
