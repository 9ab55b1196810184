/**
 * The client behind `job.client`, to the Redis that the jobs come from. It is the default client where that is the
 * default Redis; otherwise it is made when a job first asks, and closed with the worker.
 */
import { Client, defaultClient } from "@tsq/core";
import type { Chain, ClientMiddleware, JobClient, RedisTarget, WireOption } from "@tsq/core";
import { defaultRedis } from "@tsq/core/protocol";

export interface WorkerClientOptions {
  readonly redis: RedisTarget;
  /** Whether the worker's own options name it. */
  readonly isRedisOwn: boolean;
  readonly wire: WireOption;
  readonly clientMiddleware: Chain<ClientMiddleware>;
}

export class WorkerClient {
  readonly #options: WorkerClientOptions;
  #own: Client | undefined;

  constructor(options: WorkerClientOptions) {
    this.#options = options;
  }

  get(): JobClient {
    const { redis, isRedisOwn } = this.#options;
    // A `configure()` that came after the worker may have named another.
    if (!isRedisOwn && defaultRedis().redis === redis) return defaultClient();
    return (this.#own ??= this.#make());
  }

  /** Pushes of jobs that have not ended are rejected from now on: a connection of theirs would have no owner. */
  close(): Promise<void> {
    return (this.#own ??= this.#make()).close();
  }

  #make(): Client {
    const { redis, wire, clientMiddleware } = this.#options;
    return new Client({ redis, wire, middleware: clientMiddleware });
  }
}
