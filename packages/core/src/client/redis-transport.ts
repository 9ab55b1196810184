/** Carries payloads to Redis: the enqueuer, the look at the fleet that reads them, and the connection of middleware. */
import type { Logger } from "pino";
import { connect, silenceLimitOf } from "../redis/connect.ts";
import type { Redis, RedisTarget } from "../redis/connect.ts";
import { WireFleet } from "../redis/wire-fleet.ts";
import type { WireOption } from "../redis/wire-fleet.ts";
import { LazyConnection } from "../redis/lazy-connection.ts";
import { Outage } from "../redis/outage.ts";
import { failures } from "../redis/push-failure.ts";
import type { WireGeneration } from "../wire/time.ts";
import { Enqueuer } from "./enqueuer.ts";
import type { Transport } from "./transport.ts";

export class RedisTransport implements Transport {
  readonly #fleet: WireFleet;
  readonly #enqueuer: Enqueuer;
  /** For what middleware asks: whatever it does with it, the pushes have a connection of their own. */
  readonly #asked: LazyConnection;
  /** Throws what a failed push or look is rejected with. Its caller's: here it would be a promise more for each push. */
  readonly fail: (error: Error) => never;

  constructor(target: RedisTarget, wire: WireOption, logger: Logger | undefined) {
    const outage = Outage.to(logger, target);
    const redis = connect(target, "push", outage?.connection("client"));
    this.#asked = new LazyConnection(() =>
      connect(target, "client", outage?.connection("client middleware")),
    );
    this.#fleet = new WireFleet(redis, wire);
    this.fail = failures(redis, target);
    this.#enqueuer = new Enqueuer(redis, { waitMs: silenceLimitOf(target) });
  }

  push(queue: string, payload: string): Promise<void> {
    return this.#enqueuer.push(queue, payload);
  }

  pushAll(queue: string, payloads: readonly string[]): Promise<void> {
    return this.#enqueuer.pushAll(queue, payloads);
  }

  schedule(atSeconds: number, payload: string): Promise<void> {
    return this.#enqueuer.schedule(atSeconds, payload);
  }

  scheduleAll(atSeconds: readonly number[], payloads: readonly string[]): Promise<void> {
    return this.#enqueuer.scheduleAll(atSeconds, payloads);
  }

  /** Asked on the connection of the pushes. */
  spelling(nowMs: number): WireGeneration | Promise<WireGeneration> {
    return this.#fleet.at(nowMs) ?? this.#enqueuer.ask(() => this.#fleet.look());
  }

  generations(nowMs: number): ReadonlySet<number> | Promise<ReadonlySet<number>> {
    const seen = (): ReadonlySet<number> | undefined => this.#fleet.generationsAt(nowMs);
    return seen() ?? this.#enqueuer.ask(() => this.#fleet.look()).then(() => seen() ?? new Set());
  }

  redis(): Redis {
    return this.#asked.get();
  }

  flush(): void {
    this.#enqueuer.flush();
  }

  hurry(): void {
    this.#enqueuer.hurry();
  }

  async close(): Promise<void> {
    await Promise.all([this.#enqueuer.close(), this.#asked.end()]);
  }
}
