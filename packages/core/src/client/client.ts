/** Puts jobs into Redis, byte for byte as Ruby Sidekiq would; what carries the bytes is a Transport. */
import type { Logger } from "pino";
import type { RedisTarget } from "../redis/connect.ts";
import type { WireOption } from "../redis/wire-fleet.ts";
import { ClientClosedError } from "../errors.ts";
import type { Chain, Link } from "../config/chain.ts";
import { requestCancel } from "../job/cancellation.ts";
import { takenArgs } from "../job/written-args.ts";
import { JidSource } from "../wire/jid.ts";
import type { JobOptions, Payload } from "../wire/payload.ts";
import { timeToken } from "../wire/time.ts";
import type { WireGeneration } from "../wire/time.ts";
import { admit } from "./admit.ts";
import { dumpArgs } from "./arguments.ts";
import type { BulkItem } from "./bulk.ts";
import { pushSlices } from "./bulk-push.ts";
import type { CheckArgs } from "./bulk-push.ts";
import type { ClientMiddleware } from "./chain.ts";
import { checkedClientOptions } from "./client-options.ts";
import type { ClientOptions, Destination } from "./client-options.ts";
import {
  endLine,
  keep,
  lineBy,
  openLine,
  pushContext,
  redisOf,
  spelling,
  generationsOf,
} from "./client-line.ts";
import type { JobClient } from "./job-client.ts";
import type { Line } from "./client-line.ts";
import { dumpPayload, normalize } from "./normalize.ts";
import type { PushItem } from "./normalize.ts";
import { fillTemplate } from "./payload-template.ts";
import type { PayloadTemplate } from "./payload-template.ts";

/** How long a client that rests keeps a connection for further pushes. */
const REST_MS = 100;

// Names that nobody meets by chance. By `for`, because the default client may be another copy's of this module.
const MOVE: unique symbol = Symbol.for("tsq.client.move.v1");
const REST: unique symbol = Symbol.for("tsq.client.rest.v1");

/**
 * Lets a client push to another Redis from now on; what has begun goes where it began. For `tsq work`, whose
 * configuration is known after its jobs are loaded. One with a transport of its own stays with it.
 */
export const moveClient = (client: Client, target: RedisTarget): void => client[MOVE](target);

/**
 * Whether the process may end without `close()`: a connection is then ended soon after it was opened, when its pushes
 * have their answers, and the next push opens another.
 */
export const restClient = (client: Client, isResting: boolean): void => client[REST](isResting);

/** A connection to one Redis for pushing, or to a transport in its place. Several clients are several shards. */
export class Client implements JobClient {
  /** What every job pushed through this client starts from. */
  readonly defaultJobOptions: JobOptions;
  /** Wraps every push through this client; a change counts from the next push on. */
  readonly middleware: Chain<ClientMiddleware>;
  readonly #wireOption: WireOption;
  readonly #jids = new JidSource();
  readonly #logger: Logger | undefined;
  #to: Destination;
  #open: Line | undefined;
  #ending: Promise<void> = Promise.resolve();
  #isResting = false;
  #isClosed = false;

  /**
   * @throws ConfigError naming the option, what was expected and what came
   * @throws InvalidJobError when one of `defaultJobOptions` breaks Sidekiq's rules
   */
  constructor(options: ClientOptions = {}) {
    const { to, wire, middleware, defaultJobOptions, logger } = checkedClientOptions(options);
    this.#to = to;
    this.#logger = logger;
    this.#wireOption = wire;
    // From the start, so that `close()` closes it though nothing was pushed.
    if ("transport" in to) this.#open = lineBy(to.transport, wire);
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
  push(item: PushItem): Promise<string | null> {
    return this.#pushOne(item);
  }

  /**
   * Pushes one job per list of arguments, in slices of `batch_size` (1,000, or 100 with `at` or `spread_interval`). Each
   * is there whole or not at all, up to a thousand jobs and a megabyte. Of an iterable or an async iterable no more than
   * the slices on their way is held, and the jids. Lists are not copied: leave them as they are until it resolves.
   *
   * @returns one jid for each, null where a client middleware stopped it
   * @param check asked of each list before anything of its slice is sent; throws or rejects where it is wrong
   * @throws InvalidJobError before anything of the slice is sent
   * @throws RedisUnusableError when the server cannot be reached or refuses it, ClientClosedError after `close()`
   */
  async pushBulk(item: BulkItem, check?: CheckArgs): Promise<(string | null)[]> {
    return this.#begin((open) => pushSlices(open, item, this, check));
  }

  /** The fast way for jobs of `defineJob`: everything but the arguments was dumped once. */
  pushTemplate(
    template: PayloadTemplate,
    args: readonly unknown[],
    atSeconds?: number,
  ): Promise<string | null> {
    const nowMs = Date.now();
    const open = this.#connected();
    const isAlike = template.isPlain && this.middleware.size === 0;
    const wire = isAlike ? spelling(open, nowMs) : undefined;
    if (typeof wire !== "number") {
      // In the order in which Ruby's perform_async and perform_in make them: middleware sees it.
      const { class: jobClass, options } = template;
      return atSeconds === undefined
        ? this.#pushOne({ ...options, args, class: jobClass }, wire)
        : this.#pushOne({ ...options, class: jobClass, args, at: atSeconds }, wire);
    }
    const { transport, fail } = open;
    const jid = this.#jids.next();
    const time = timeToken(nowMs, wire);
    const text = `${fillTemplate(template, dumpArgs(template.displayClass, args), jid)},"created_at":${time}`;
    const sent =
      atSeconds === undefined
        ? transport.push(template.queue, `${text},"enqueued_at":${time}}`)
        : transport.schedule(atSeconds, `${text}}`);
    // Each push of the fast way would have an entry for it.
    if (!open.isPatient) keep(open, sent);
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

  /**
   * Says that nobody wants a job any more, wherever it is: tsq starts it no more, and a run of it is told by `job.signal`
   * within two seconds, with a `JobCancelledError`. Ruby stops iterable jobs alone, from 7.3.3 on; its other jobs run. It
   * may be sent again: the first request counts.
   *
   * @example
   * const jid = await report.performAsync(7);
   * if (jid) await client.cancel(jid);
   *
   * @returns when it was first asked for, in whole seconds by the clock of whoever did
   * @throws ConfigError when the jid is no text, or the client has a transport without a `redis()`
   * @throws RedisUnusableError when the server cannot be reached or refuses it, ClientClosedError after `close()`
   */
  async cancel(jid: string): Promise<Date> {
    return this.#begin((open) => requestCancel(redisOf(open), jid, Date.now()).catch(open.fail));
  }

  /**
   * The generations of Ruby's Sidekiq that are alive where it pushes to, by major version (6 for all up to 7.0.1), or the
   * one that `wire` pins; empty where there are none. A promise only while they are not known.
   */
  generations(): ReadonlySet<number> | Promise<ReadonlySet<number>> {
    const open = this.#connected();
    const known = generationsOf(open, Date.now());
    if (known instanceof Promise) keep(open, known);
    return known;
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
    if ("transport" in this.#to) return;
    this.#to = { redis: target };
    this.#endUntold();
  }

  [REST](isResting: boolean): void {
    // A transport cannot be opened again.
    if ("transport" in this.#to) return;
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

  async #pushOne(item: PushItem, known?: Promise<WireGeneration>): Promise<string | null> {
    const { payload, at } = normalize(item, () => this.#jids.next(), this.defaultJobOptions);
    return this.#begin((open) => this.#send(open, payload, at, known));
  }

  async #send(
    open: Line,
    payload: Payload,
    at: number | undefined,
    asked: Promise<WireGeneration> | undefined,
  ): Promise<string | null> {
    const { transport, fail } = open;
    const nowMs = Date.now();
    const known = asked ?? spelling(open, nowMs);
    const hasMiddleware = this.middleware.size > 0;
    // What is written is what was given, as in Ruby, whose pushes do not wait. The cast is of what was looked at as that.
    if (hasMiddleware || typeof known !== "number") payload.args = takenArgs(payload.args) as Payload["args"];
    const wire = typeof known === "number" ? known : await known.catch(fail);
    const time = timeToken(nowMs, wire);
    const created = `,"created_at":${time}`;
    const admitted = hasMiddleware
      ? await admit(this.middleware, payload, at, created, pushContext(open, "push"))
      : { at };
    if (!admitted) return null;
    const text = dumpPayload(payload, created);
    // A middleware may have taken its time.
    const enqueued = hasMiddleware ? timeToken(Date.now(), wire) : time;
    try {
      if (admitted.at === undefined)
        await transport.push(payload.queue, `${text},"enqueued_at":${enqueued}}`);
      else await transport.schedule(admitted.at, `${text}}`);
    } catch (error) {
      fail(error as Error);
    }
    return payload.jid;
  }

  #connected(): Line {
    return (this.#open ??= this.#connect());
  }

  #connect(): Line {
    if (this.#isClosed || "transport" in this.#to) throw new ClientClosedError();
    if (this.#isResting) setTimeout(() => this.#isResting && this.#endUntold(), REST_MS);
    return openLine(this.#to.redis, this.#wireOption, this.#logger);
  }
}
