/** A reliable fetch by itself: what it delivers waits for the test to finish it. */
import { ReliableFetch, ReliableUnit, Untold, wayFrom } from "./inside-worker.ts";
import { orderOf } from "./queue-order.ts";
import type { UnitOfWork, Way } from "./inside-worker.ts";
import { outage } from "./outage.ts";
import type { TestWorkers } from "./worker.ts";

export interface CapsuleOptions {
  readonly queues?: readonly string[];
  readonly concurrency?: number;
  /** Where to connect, if not straight to the server. */
  readonly port?: number;
  /** How long Redis may say nothing; a waiting move ends after half of it. */
  readonly socketTimeout?: number;
  readonly onUnit?: (unit: UnitOfWork) => void;
  /** How it waits; by default as TSQ_WAITING says, or as a worker does by itself. */
  readonly way?: Way;
}

let capsules = 0;

export class Capsule {
  readonly units: UnitOfWork[] = [];
  readonly lost: UnitOfWork[] = [];
  readonly failures: Error[] = [];
  readonly hindrances: unknown[] = [];
  readonly fetch: ReliableFetch;
  /** What the fetch calls itself in Redis. */
  readonly identity = `test:${process.pid}:${capsules++}`;
  readonly #workers: TestWorkers;
  readonly #way: Way;

  constructor(
    workers: TestWorkers,
    {
      queues = ["a"],
      concurrency = 1,
      port,
      socketTimeout,
      onUnit,
      way = wayFrom(process.env),
    }: CapsuleOptions = {},
  ) {
    this.#workers = workers;
    this.#way = way;
    this.fetch = new ReliableFetch({
      redis: {
        ...workers.target,
        ...(port ? { host: "127.0.0.1", port } : {}),
        ...(socketTimeout ? { socketTimeout } : {}),
      },
      identity: this.identity,
      capsule: "default",
      order: orderOf(queues),
      concurrency,
      way,
      untold: new Untold(),
      log: workers.logger,
      outage: outage((error) => this.failures.push(error)),
      events: {
        deliver: (units) => {
          this.units.push(...units);
          for (const unit of units) onUnit?.(unit);
        },
        lost: (unit) => this.lost.push(unit),
        hindered: (error) => this.hindrances.push(error),
      },
    });
  }

  /** Resolves when every pad waits at the server, or the watch is kept. */
  async idle(pads = 1): Promise<this> {
    await this.fetch.start();
    await this.untilArmed(pads);
    return this;
  }

  /** Hands back what runs, and stops, as a worker does: what is handed back is not taken again, and ends once. */
  async leave(): Promise<void> {
    await this.fetch.quiet();
    await this.fetch.requeue(this.units);
    for (const unit of this.units) if (unit instanceof ReliableUnit && !unit.hasEnded) unit.acknowledge();
    await this.fetch.stop();
  }

  async untilArmed(pads: number): Promise<void> {
    await this.#workers.untilWaiting(pads, this.#way);
  }

  get texts(): readonly string[] {
    return this.units.map(({ text }) => text);
  }
}
