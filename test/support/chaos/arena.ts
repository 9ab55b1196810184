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
import { Driver, QUEUES, type DriverOptions } from "./driver.ts";
import { stateOf, type RedisState } from "./final-state.ts";
import type { Home } from "./home.ts";
import { History, monotonicMs, type HistoryEvent } from "./history.ts";
import { insist } from "./insist.ts";
import { ProxiedServer } from "./proxied-server.ts";
import type { RedisServer, RedisServerOptions } from "./redis-server.ts";
import type { RoughProxy } from "./rough-proxy.ts";
import { Chance } from "./seed.ts";
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
  /** Done to its files. */
  readonly whileAway?: () => void;
}

export interface ConcludeOptions extends CheckRules {
  /** Ends the workers that are not this arena's, once nothing is left to do. */
  readonly stopOthers?: () => Promise<unknown>;
}

const DRAIN_MS = 60_000;
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
  readonly #graceMs: number;
  #isKept = true;

  static async open(options: ArenaOptions): Promise<Arena> {
    return new Arena(options, options.home ?? (await ProxiedServer.start(options.server)));
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
   * @param rollbackMs how much of what it had confirmed it may have forgotten
   */
  async restartRedis({
    awayMs = 0,
    rollbackMs = 0,
    whileAway = () => {},
  }: RestartOptions = {}): Promise<void> {
    const at = monotonicMs();
    await this.server.kill9();
    whileAway();
    await sleep(awayMs);
    await this.server.restart();
    this.history.note({ kind: "outage", at, until: monotonicMs(), of: "everyone" });
    if (rollbackMs > 0) this.history.note({ kind: "rollback", at, windowMs: rollbackMs });
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
  async conclude({ stopOthers, ...rules }: ConcludeOptions = {}): Promise<Verdict> {
    for (const driver of this.#drivers) await driver.stop();
    const finisher = await this.spawnUp({ shutdownTimeoutMs: STOP_WITHIN_MS });
    await this.#drained();
    await stopOthers?.();
    await Promise.all(this.living.filter((worker) => worker !== finisher).map((worker) => worker.stop()));
    // What a stop has handed back, and what a death between left.
    await this.#drained();
    await finisher.stop();
    await this.#released();

    const verdict = check(this.events(), await stateOf(this.redis), rules);
    this.report(verdict);
    expect(verdict.problems, `see ${this.history.folder}`).toEqual([]);
    this.#isKept = false;
    return verdict;
  }

  report({ problems, ...counts }: Verdict): void {
    const events = this.events();
    const count = (kind: HistoryEvent["kind"]): number =>
      events.filter((event) => event.kind === kind).length;
    const faults = Object.fromEntries(
      (["killed", "told to stop", "frozen", "outage", "rollback"] as const).map((kind) => [
        kind,
        count(kind),
      ]),
    );
    console.log(
      `${this.title}: ${JSON.stringify({ seed: this.chance.seed, ...counts, ...faults, problems: problems.length })}`,
    );
  }

  async close(): Promise<void> {
    for (const driver of this.#drivers) await driver.stop();
    await Promise.all(
      this.living.map((worker) => {
        worker.thaw();
        return worker.kill9();
      }),
    );
    await this.time.stop();
    await this.home.stop();
    this.history.close({ isKept: this.#isKept });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #isDead(pid: number): boolean {
    return (
      this.#takenForDead.has(pid) || this.workers.some((worker) => worker.pid === pid && worker.hasEnded)
    );
  }

  /** Resolves when nothing is left to do. */
  async #drained(): Promise<void> {
    await eventually(
      async () => {
        // A clock that is ahead has put off its retries by as much.
        for (const member of await this.redis.zrange("retry", "0", "-1"))
          await this.redis.zadd("retry", "XX", "LT", Date.now() / 1_000 + 1, member);
        const state = await stateOf(this.redis);
        expect(leftOf(state)).toEqual({ queued: 0, inFlight: 0, retry: 0, scheduled: 0 });
      },
      { timeoutMs: DRAIN_MS, everyMs: 100 },
    ).catch(async (error: Error) => {
      const state = await stateOf(this.redis);
      const verdict = check(this.events(), state, { isDrained: false });
      throw new Error(
        `${error.message}\nowners: ${state.owners.join(", ")}\nin flight: ${state.inFlight.slice(0, 5).join(", ")}\n` +
          `problems: ${verdict.problems.slice(0, 5).join("\n")}\nrescuer: ${this.time.errors.slice(-2).join("\n")}\n` +
          `see ${this.history.folder}`,
      );
    });
  }

  /** Resolves when no owner is left: each ended well, or was rescued. */
  async #released(): Promise<void> {
    await eventually(async () => expect((await stateOf(this.redis)).owners).toEqual([]), { everyMs: 100 });
  }
}

const leftOf = ({ queued, inFlight, retry, scheduled }: RedisState) => ({
  queued: queued.length,
  inFlight: inFlight.length,
  retry: retry.length,
  scheduled: scheduled.length,
});
