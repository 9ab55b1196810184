/** Puts jobs into Redis, byte for byte as Ruby Sidekiq would. */
import type { Logger } from "pino";
import type { RedisTarget } from "../redis/connect.ts";
import type { WireOption } from "../redis/fleet.ts";
import { ClientClosedError } from "../errors.ts";
import type { Chain, Link } from "../config/chain.ts";
import { JidSource } from "../wire/jid.ts";
import type { JobOptions, Payload } from "../wire/payload.ts";
import { timeToken } from "../wire/time.ts";
import { admit } from "./admit.ts";
import { dumpArgs } from "./arguments.ts";
import { bulkSlices } from "./bulk.ts";
import type { BulkItem, BulkSlice } from "./bulk.ts";
import type { ClientMiddleware, PushContext } from "./chain.ts";
import { checkedClientOptions } from "./client-options.ts";
import type { ClientOptions } from "./client-options.ts";
import { send } from "./dumped.ts";
import type { Dumped } from "./dumped.ts";
import { endLine, keep, look, openLine, pushContext } from "./client-line.ts";
import type { JobClient } from "./job-client.ts";
import type { Line } from "./client-line.ts";
import { dumpPayload, normalize } from "./normalize.ts";
import type { PushItem } from "./normalize.ts";
import { fillTemplate, templateOf } from "./payload-template.ts";
import type { PayloadTemplate } from "./payload-template.ts";

/** How long a client that rests keeps a connection for further pushes. */
const REST_MS = 100;

/** The lanes of a connection: Redis works on one slice while the next is made. */
const SLICES_ON_THEIR_WAY = 2;

// Names that nobody meets by chance. By `for`, because the default client may be another copy's of this module.
const MOVE: unique symbol = Symbol.for("tsq.client.move.v1");
const REST: unique symbol = Symbol.for("tsq.client.rest.v1");

/**
 * Lets a client push to another Redis from now on; what has begun goes where it began. For `tsq work`, whose
 * configuration is known after its jobs are loaded.
 */
export const moveClient = (client: Client, target: RedisTarget): void => client[MOVE](target);

/**
 * Whether the process may end without `close()`: a connection is then ended soon after it was opened, when its pushes
 * have their answers, and the next push opens another.
 */
export const restClient = (client: Client, isResting: boolean): void => client[REST](isResting);

/** A connection to one Redis for pushing. Several clients are several shards. */
export class Client implements JobClient {
  /** What every job pushed through this client starts from. */
  readonly defaultJobOptions: JobOptions;
  /** Wraps every push through this client; a change counts from the next push on. */
  readonly middleware: Chain<ClientMiddleware>;
  readonly #wireOption: WireOption;
  readonly #jids = new JidSource();
  readonly #logger: Logger | undefined;
  #target: RedisTarget;
  #open: Line | undefined;
  #ending: Promise<void> = Promise.resolve();
  #isResting = false;
  #isClosed = false;

  /**
   * @throws ConfigError naming the option, what was expected and what came
   * @throws InvalidJobError when one of `defaultJobOptions` breaks Sidekiq's rules
   */
  constructor(options: ClientOptions = {}) {
    const { target, wire, middleware, defaultJobOptions, logger } = checkedClientOptions(options);
    this.#target = target;
    this.#logger = logger;
    this.#wireOption = wire;
    this.middleware = middleware;
    this.defaultJobOptions = defaultJobOptions;
  }

  /** Adds a middleware at the inner end of the chain, or moves it there. */
  use(middleware: Link<ClientMiddleware>): this {
    this.middleware.add(middleware);
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
    const { payload, at } = normalize(item, () => this.#jids.next(), this.defaultJobOptions);
    return this.#begin((open) => this.#send(open, payload, at));
  }

  /**
   * Pushes one job per list of arguments, in slices of `batch_size` (1,000, or 100 with `at` or `spread_interval`). Each
   * is there whole or not at all, up to a thousand jobs and a megabyte. Of an iterable or an async iterable no more than
   * the slices on their way is held, and the jids.
   *
   * @returns one jid for each, null where a client middleware stopped it
   * @throws InvalidJobError before anything of the slice is sent
   * @throws RedisUnusableError when the server cannot be reached or refuses it, ClientClosedError after `close()`
   */
  async pushBulk(item: BulkItem): Promise<(string | null)[]> {
    return this.#begin((open) => this.#pushSlices(open, item));
  }

  /** Makes the next slice while the one before is on its way: at most two are, and nothing else is held. */
  async #pushSlices(open: Line, bulk: BulkItem): Promise<(string | null)[]> {
    const { fleet, enqueuer, fail } = open;
    const jids: (string | null)[] = [];
    const nowMs = Date.now();
    const sent: Promise<unknown>[] = [];
    try {
      for await (const slice of bulkSlices(bulk, nowMs)) {
        enqueuer.flush();
        const wire = fleet.at(nowMs) ?? (await look(open));
        const created = `,"created_at":${timeToken(nowMs, wire)}`;
        const enqueued = `,"enqueued_at":${timeToken(Date.now(), wire)}`;
        // Everything is dumped, and so checked, before the first byte of a slice is sent.
        const dumped =
          this.middleware.size > 0 || slice.item["jid"] !== undefined
            ? await this.#dumpEach(slice, created, enqueued, jids, pushContext(open, "bulk"))
            : this.#dumpAlike(slice, created, enqueued, jids);
        if (sent.length === SLICES_ON_THEIR_WAY) await sent.shift()?.catch(fail);
        sent.push(send(enqueuer, dumped));
      }
    } finally {
      // Also when a slice is refused: those before it have their answer first, good or bad.
      await Promise.allSettled(sent);
    }
    await Promise.all(sent).catch(fail);
    return jids;
  }

  /** Jobs that differ in nothing but their arguments and times. */
  #dumpAlike(slice: BulkSlice, created: string, enqueued: string, jids: (string | null)[]): Dumped[] {
    const { payload } = normalize({ ...slice.item, args: [] }, () => "", this.defaultJobOptions);
    const template = templateOf(payload, {});
    const times = (payload.created_at === undefined ? created : "") + (slice.at ? "" : enqueued);
    const texts = slice.args.map((args) => {
      const jid = this.#jids.next();
      jids.push(jid);
      return `${fillTemplate(template, dumpArgs(template.displayClass, args), jid)}${times}}`;
    });
    return [{ queue: template.queue, at: slice.at, texts }];
  }

  /** Jobs that a client middleware may change or stop. */
  async #dumpEach(
    slice: BulkSlice,
    created: string,
    enqueued: string,
    jids: (string | null)[],
    push: PushContext,
  ): Promise<Dumped[]> {
    const dumped: Dumped[] = [];
    for (const [i, args] of slice.args.entries()) {
      const { payload } = normalize({ ...slice.item, args }, () => this.#jids.next(), this.defaultJobOptions);
      const due = slice.at?.[i];
      const admitted =
        this.middleware.size > 0 ? await admit(this.middleware, payload, due, created, push) : { at: due };
      jids.push(admitted ? payload.jid : null);
      if (!admitted) continue;
      const { at } = admitted;
      const text = dumpPayload(payload, created) + (at === undefined ? enqueued : "");
      dumped.push({ queue: payload.queue, at: at === undefined ? at : [at], texts: [`${text}}`] });
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
    if (this.middleware.size > 0 || wire === undefined || !template.isPlain) {
      // In the order in which Ruby's perform_async and perform_in make them: middleware sees it.
      const { class: jobClass, options } = template;
      return atSeconds === undefined
        ? this.push({ ...options, args, class: jobClass })
        : this.push({ ...options, class: jobClass, args, at: atSeconds });
    }
    const jid = this.#jids.next();
    const time = timeToken(nowMs, wire);
    const text = `${fillTemplate(template, dumpArgs(template.displayClass, args), jid)},"created_at":${time}`;
    const sent =
      atSeconds === undefined
        ? enqueuer.push(template.queue, `${text},"enqueued_at":${time}}`)
        : enqueuer.schedule(atSeconds, `${text}}`);
    return sent.then(() => jid, fail);
  }

  /** Runs the client chain alone, for a job that does not go to Redis: its middleware may. */
  async admit(payload: Payload): Promise<boolean> {
    const created = `,"created_at":${timeToken(Date.now(), this.#wireOption === 7 ? 7 : 8)}`;
    const redis = () => {
      const open = this.#connected();
      keep(open, admitted);
      return pushContext(open, "inline").redis();
    };
    // Not before the promise has its name, which the first middleware may need at once.
    const admitted = Promise.resolve().then(() =>
      admit(this.middleware, payload, undefined, created, { reason: "inline", redis }),
    );
    return (await admitted) !== null;
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

  [MOVE](target: RedisTarget): void {
    this.#target = target;
    this.#endUntold();
  }

  [REST](isResting: boolean): void {
    this.#isResting = isResting;
    if (isResting) this.#endUntold();
  }

  /** There is nobody to tell if the server is gone. */
  #endUntold(): void {
    this.#end().catch(() => {});
  }

  /** Resolves when every connection so far has ended, also one that a move or a rest ends. */
  #end(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    return open ? (this.#ending = Promise.all([this.#ending, endLine(open)]).then(() => {})) : this.#ending;
  }

  /** Keeps a push on the connection that it began on, and in sight of `close()` until it is through. */
  #begin<Result>(push: (open: Line) => Promise<Result>): Promise<Result> {
    const open = this.#connected();
    const begun = push(open);
    keep(open, begun);
    return begun;
  }

  async #send(open: Line, payload: Payload, at: number | undefined): Promise<string | null> {
    const { fleet, enqueuer, fail } = open;
    const nowMs = Date.now();
    const wire = fleet.at(nowMs) ?? (await look(open));
    const time = timeToken(nowMs, wire);
    const created = `,"created_at":${time}`;
    const hasMiddleware = this.middleware.size > 0;
    const admitted = hasMiddleware
      ? await admit(this.middleware, payload, at, created, pushContext(open, "push"))
      : { at };
    if (!admitted) return null;
    const text = dumpPayload(payload, created);
    // A middleware may have taken its time.
    const enqueued = hasMiddleware ? timeToken(Date.now(), wire) : time;
    try {
      if (admitted.at === undefined) await enqueuer.push(payload.queue, `${text},"enqueued_at":${enqueued}}`);
      else await enqueuer.schedule(admitted.at, `${text}}`);
    } catch (error) {
      fail(error as Error);
    }
    return payload.jid;
  }

  #connected(): Line {
    return (this.#open ??= this.#connect());
  }

  #connect(): Line {
    if (this.#isClosed) throw new ClientClosedError();
    if (this.#isResting) setTimeout(() => this.#isResting && this.#endUntold(), REST_MS);
    return openLine(this.#target, this.#wireOption, this.#logger);
  }
}
