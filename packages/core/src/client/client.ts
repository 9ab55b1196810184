/** Puts jobs into Redis, byte for byte as Ruby Sidekiq would. */
import { connect, redisFromEnv } from "../redis/connect.ts";
import type { Redis, RedisTarget } from "../redis/connect.ts";
import { Fleet } from "../redis/fleet.ts";
import type { WireOption } from "../redis/fleet.ts";
import { failures } from "../redis/push-failure.ts";
import { ClientClosedError, ConfigError, InvalidJobError } from "../errors.ts";
import { runClientChain } from "../middleware.ts";
import type { ClientMiddleware } from "../middleware.ts";
import { JidSource } from "../wire/jid.ts";
import type { Payload } from "../wire/payload.ts";
import { timeToken } from "../wire/time.ts";
import { dumpArgs } from "./arguments.ts";
import { bulkSlices } from "./bulk.ts";
import type { BulkItem, BulkSlice } from "./bulk.ts";
import { Enqueuer } from "./enqueuer.ts";
import { checkPayload, dumpPayload, inspect, normalize } from "./normalize.ts";
import type { PushItem } from "./normalize.ts";
import { fillTemplate, templateOf } from "./payload-template.ts";
import type { PayloadTemplate } from "./payload-template.ts";

export interface ClientOptions {
  /**
   * Where Redis is: a URL, ioredis options or a connection whose options are copied.
   *
   * @default the variable that REDIS_PROVIDER names, else REDIS_URL, else redis://localhost:6379/0
   */
  redis?: RedisTarget;
  /**
   * How times are written: 8 as integer milliseconds, 7 as float seconds for fleets with Sidekiq 7 or older.
   * `auto` looks at the Ruby processes that are alive.
   *
   * @default "auto"
   */
  wire?: WireOption;
  /** Wraps every push, in this order. @default [] */
  middleware?: readonly ClientMiddleware[];
}

interface Connected {
  readonly redis: Redis;
  readonly fleet: Fleet;
  readonly enqueuer: Enqueuer;
  /** Pushes that may not have reached the enqueuer: a middleware or the look at the fleet holds them up. */
  readonly begun: Set<Promise<unknown>>;
  /** Throws what a failed push or look is rejected with. */
  readonly fail: (error: Error) => never;
}

/** Payloads of one queue. */
interface Dumped {
  readonly queue: string;
  /** When each is to run; undefined for at once. */
  readonly at: readonly number[] | undefined;
  readonly texts: readonly string[];
}

/** A connection to one Redis for pushing. Several clients are several shards. */
export class Client {
  readonly #wireOption: WireOption;
  readonly #middleware: ClientMiddleware[];
  readonly #jids = new JidSource();
  #target: RedisTarget;
  #open: Connected | undefined;
  #isClosed = false;

  /** @throws ConfigError naming the option, what was expected and what came */
  constructor(options: ClientOptions = {}) {
    this.#target = options.redis ?? redisFromEnv(process.env).url;
    this.#wireOption = checkedWire(options.wire ?? "auto");
    this.#middleware = [...checkedMiddleware(options.middleware ?? [])];
  }

  /** Adds a middleware at the inner end of the chain. */
  use(middleware: ClientMiddleware): this {
    this.#middleware.push(middleware);
    return this;
  }

  /**
   * Pushes one job given as Sidekiq's job hash. An `at` goes to the schedule as it is, past or not.
   *
   * @returns its jid, or null when a client middleware stopped it
   * @throws InvalidJobError when Ruby could not read the job back
   * @throws RedisUnusableError when the server cannot be reached or refuses it, ClientClosedError after `close()`
   */
  async push(item: PushItem): Promise<string | null> {
    const { payload, at } = normalize(item, () => this.#jids.next());
    return this.#begin(async (open) => {
      if (!(await this.#admit(payload))) return null;
      await this.#send(open, payload, at);
      return payload.jid;
    });
  }

  /**
   * Pushes one job per list of arguments, in slices of `batch_size` (1,000, or 100 with `at` or `spread_interval`).
   *
   * @returns one jid for each, null where a client middleware stopped it
   * @throws InvalidJobError before anything of the slice is sent
   * @throws RedisUnusableError when the server cannot be reached or refuses it, ClientClosedError after `close()`
   */
  async pushBulk(item: BulkItem): Promise<(string | null)[]> {
    return this.#begin((open) => this.#pushSlices(open, item));
  }

  async #pushSlices({ fleet, enqueuer, fail }: Connected, bulk: BulkItem): Promise<(string | null)[]> {
    const jids: (string | null)[] = [];
    const nowMs = Date.now();
    for (const slice of bulkSlices(bulk, nowMs)) {
      const wire = fleet.at(nowMs) ?? (await fleet.look().catch(fail));
      const created = `,"created_at":${timeToken(nowMs, wire)}`;
      const enqueued = slice.at ? "" : `,"enqueued_at":${timeToken(Date.now(), wire)}`;
      // Everything is dumped, and so checked, before the first byte of a slice is sent.
      const dumped =
        this.#middleware.length > 0 || slice.item["jid"] !== undefined
          ? await this.#dumpEach(slice, created, enqueued, jids)
          : this.#dumpAlike(slice, created, enqueued, jids);
      // Pushes of one tick share a promise: waiting for each would cost more than the pushes.
      const sent = dumped.map(({ queue, at, texts }) =>
        at ? enqueuer.scheduleAll(at, texts) : enqueuer.pushAll(queue, texts),
      );
      await Promise.all(new Set(sent)).catch(fail);
    }
    return jids;
  }

  /** Jobs that differ in nothing but their arguments and times. */
  #dumpAlike(slice: BulkSlice, created: string, enqueued: string, jids: (string | null)[]): Dumped[] {
    const { payload } = normalize({ ...slice.item, args: [] }, () => "");
    const template = templateOf(payload, {});
    const times = (payload.created_at === undefined ? created : "") + enqueued;
    const texts = slice.args.map((args) => {
      const jid = this.#jids.next();
      jids.push(jid);
      return `${fillTemplate(template, dumpArgs(template.class, args), jid)}${times}}`;
    });
    return [{ queue: template.queue, at: slice.at, texts }];
  }

  /** Jobs that a client middleware may change or stop. */
  async #dumpEach(
    slice: BulkSlice,
    created: string,
    enqueued: string,
    jids: (string | null)[],
  ): Promise<Dumped[]> {
    const dumped: Dumped[] = [];
    for (const [i, args] of slice.args.entries()) {
      const { payload } = normalize({ ...slice.item, args }, () => this.#jids.next());
      const isAdmitted = await this.#admit(payload);
      jids.push(isAdmitted ? payload.jid : null);
      if (!isAdmitted) continue;
      const at = slice.at && [slice.at[i] as number];
      dumped.push({ queue: payload.queue, at, texts: [`${dumpPayload(payload, created)}${enqueued}}`] });
    }
    return dumped;
  }

  /** The fast way for jobs of `defineJob`: everything but the arguments was dumped once. */
  pushTemplate(
    template: PayloadTemplate,
    args: readonly unknown[],
    atSeconds?: number,
  ): Promise<string | null> {
    const nowMs = Date.now();
    const { fleet, enqueuer, fail } = this.#connected();
    const wire = fleet.at(nowMs);
    if (this.#middleware.length > 0 || wire === undefined || !template.isPlain) {
      const at = atSeconds === undefined ? {} : { at: atSeconds };
      return this.push({ ...template.options, args, class: template.class, ...at });
    }
    const jid = this.#jids.next();
    const time = timeToken(nowMs, wire);
    const text = `${fillTemplate(template, dumpArgs(template.class, args), jid)},"created_at":${time}`;
    const sent =
      atSeconds === undefined
        ? enqueuer.push(template.queue, `${text},"enqueued_at":${time}}`)
        : enqueuer.schedule(atSeconds, `${text}}`);
    return sent.then(() => jid, fail);
  }

  /** Runs the client chain alone, for a job that does not go to Redis. */
  async admit(payload: Payload): Promise<boolean> {
    return this.#admit(payload);
  }

  /** A jid as Sidekiq makes them. */
  nextJid(): string {
    return this.#jids.next();
  }

  /**
   * Ends the connection after the pushes so far have had their answers. A later push is rejected: it would open
   * another connection, which nobody closes.
   */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#end();
  }

  /**
   * Pushes to another Redis from now on; those that have begun go where they began. For `tsq work`, whose
   * configuration is known after its jobs are loaded.
   *
   * @internal
   */
  moveTo(target: RedisTarget): void {
    this.#target = target;
    // There is nobody to tell if the old server is gone.
    this.#end().catch(() => {});
  }

  async #end(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    await Promise.allSettled(open.begun);
    await open.enqueuer.settled();
    // QUIT waits for the replies of everything before it; without a server there is nothing to wait for.
    if (open.redis.status === "ready") await open.redis.quit().catch(() => {});
    open.redis.disconnect();
  }

  async #admit(payload: Payload): Promise<boolean> {
    if (this.#middleware.length === 0) return true;
    const { jid } = payload;
    const admitted = await runClientChain(this.#middleware, payload);
    if (admitted && payload.jid !== jid && typeof payload.jid !== "string") {
      throw new InvalidJobError("A client middleware removed the job's jid. Leave `jid` as it is.");
    }
    if (admitted) checkPayload(payload);
    return admitted;
  }

  /** Keeps a push on the connection that it began on, and in sight of `close()` until it is through. */
  #begin<Result>(push: (open: Connected) => Promise<Result>): Promise<Result> {
    const open = this.#connected();
    const begun = push(open);
    open.begun.add(begun);
    const forget = (): boolean => open.begun.delete(begun);
    begun.then(forget, forget);
    return begun;
  }

  async #send({ fleet, enqueuer, fail }: Connected, payload: Payload, at: number | undefined): Promise<void> {
    const nowMs = Date.now();
    const time = timeToken(nowMs, fleet.at(nowMs) ?? (await fleet.look().catch(fail)));
    const text = dumpPayload(payload, `,"created_at":${time}`);
    try {
      if (at === undefined) await enqueuer.push(payload.queue, `${text},"enqueued_at":${time}}`);
      else await enqueuer.schedule(at, `${text}}`);
    } catch (error) {
      fail(error as Error);
    }
  }

  #connected(): Connected {
    return (this.#open ??= this.#connect());
  }

  #connect(): Connected {
    if (this.#isClosed) throw new ClientClosedError();
    const redis = connect(this.#target, "client");
    const fleet = new Fleet(redis, this.#wireOption);
    const fail = failures(redis, this.#target);
    return { redis, fleet, enqueuer: new Enqueuer(redis), begun: new Set(), fail };
  }
}

/** Another one would write times that no generation reads. */
const checkedWire = (wire: WireOption): WireOption => {
  if (["auto", 7, 8].includes(wire)) return wire;
  throw new ConfigError(
    `Expected \`wire\` to be one of auto, 7, 8, got \`${inspect(wire)}\`. Leave it out for auto.`,
  );
};

const checkedMiddleware = (middleware: readonly ClientMiddleware[]): readonly ClientMiddleware[] => {
  if (Array.isArray(middleware) && middleware.every((one) => typeof one === "function")) return middleware;
  throw new ConfigError(
    `Expected \`middleware\` to be an array of functions, got \`${inspect(middleware)}\`. Put each middleware into the array.`,
  );
};
