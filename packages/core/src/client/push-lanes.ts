/**
 * Sends slices on two lanes, one unanswered on each, and sends again what was not answered: under the same number, so
 * that the server takes it once. As long as the server may know the number; after that nobody can tell.
 *
 * A large slice goes as a transaction of plain commands at first, for in Lua each payload costs the server twice as much.
 * Those do not look at the number, so the fence must keep them from running after they were sent again.
 */
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { pushKey } from "../wire/keys.ts";
import type { Parcel } from "./parcel.ts";
import { PushCommand, PushWriter } from "./push-command.ts";
import type { ScriptForm, SliceNumber } from "./push-command.ts";
import { PushFence } from "./push-fence.ts";
import { isReply } from "./push-link.ts";
import type { PushLink, PushLinkOwner } from "./push-link.ts";
import { isNotNow, isStale, mayBeThere, unanswered, undecided, wrongType } from "./push-refusal.ts";

/** While one slice is on its way the next is made or gathers, and the connection never idles. */
const LANES = 2;
/** Names of queues may be made up without end. */
const MOST_SEEN = 1_000;
/** From so many jobs on the answers of a transaction cost less than the script does. */
const LEAST_OF_TRANSACTION = 10;
// The numbers are kept for an hour, and TCP delivers what it holds for a quarter of one.
const RESEND_FOR_MS = 600_000;

interface Sending extends SliceNumber {
  parcels: readonly Parcel[];
  /** When it was first sent, by the clock that stands still with the machine and by the one that does not. */
  readonly since: { readonly monotonicMs: number; readonly wallMs: number };
  /** Its connection has gone, and it waits for the next. */
  isLost: boolean;
  /** An answer was lost, so that an error tells nothing of what happened before. */
  wasLost: boolean;
  wasStale: boolean;
}

export interface PushLanesOptions {
  /** A lane is free, or all of them. */
  readonly onFree: () => void;
  /** @default 600_000 */
  readonly resendForMs?: number | undefined;
}

export class PushLanes implements PushLinkOwner {
  readonly #link: PushLink;
  readonly #onFree: () => void;
  readonly #resendForMs: number;
  readonly #key = pushKey(randomBytes(16).toString("hex"));
  readonly #writer = new PushWriter(this.#key);
  readonly #fence: PushFence;
  /** The keys whose type the script has seen on this connection, which a transaction does not look at. */
  readonly #seen = new Set<string>();
  readonly #last: number[] = Array.from({ length: LANES }, () => 0);
  /** What is unanswered, in the order of sending. What ends leaves a new list without it. */
  #sendings: Sending[] = [];
  #isHurried = false;
  #hasLost = false;

  constructor(link: PushLink, { onFree, resendForMs = RESEND_FOR_MS }: PushLanesOptions) {
    this.#link = link;
    this.#onFree = onFree;
    this.#resendForMs = resendForMs;
    this.#fence = new PushFence(link.redis);
    link.own(this);
  }

  /** Whether a slice can be sent now. */
  get isFree(): boolean {
    const [first, second] = this.#sendings;
    // What was lost goes first, so that nothing overtakes it.
    return !second && !first?.isLost && this.#link.isUsable;
  }

  /** Only when a lane is free. */
  send(parcels: readonly Parcel[]): void {
    const lane = this.#sendings[0]?.lane === 0 ? 1 : 0;
    const number = ++this.#last[lane]!;
    const since = { monotonicMs: performance.now(), wallMs: Date.now() };
    const sending = { lane, number, parcels, since, isLost: false, wasLost: false, wasStale: false };
    this.#sendings.push(sending);
    this.#link.watch();
    if (this.#mayGoUnseen(parcels)) this.#transact(sending);
    else this.#call(sending);
  }

  /** What waits for an answer. */
  unanswered(): Promise<void>[] {
    return this.#sendings.flatMap(({ parcels }) => parcels.map(({ sent }) => sent));
  }

  /** From now on what is lost is sent again as long as an unsent push would wait, and no longer. */
  hurry(): void {
    this.#isHurried = true;
  }

  /** Nothing that is under way can bring the numbers back once they are removed. */
  lastCommand(): (() => Promise<unknown>) | undefined {
    if (this.#hasLost || this.#last.every((number) => number === 0)) return undefined;
    return () => this.#link.redis.unlink(this.#key);
  }

  usable(): void {
    this.#fence.renew();
    this.#seen.clear();
    // All at once, so that they go in the order in which they went.
    for (const sending of this.#sendings) if (sending.isLost) this.#sendAgain(sending);
    this.#onFree();
  }

  hopeless(reason: Error): void {
    if (!this.#isHurried && !this.#link.hasEnded) return;
    for (const sending of this.#sendings) if (sending.isLost) this.#finish(sending, unanswered(reason));
  }

  tick(): boolean {
    for (const sending of this.#sendings) {
      if (sending.isLost && this.#isTooLate(sending)) this.#finish(sending, unanswered(this.#link.reason()));
    }
    return this.#sendings.length > 0;
  }

  #mayGoUnseen(parcels: readonly Parcel[]): boolean {
    const jobs = parcels.reduce((sum, parcel) => sum + parcel.jobs, 0);
    return (
      jobs >= LEAST_OF_TRANSACTION && this.#fence.isUp() && parcels.every(({ key }) => this.#seen.has(key))
    );
  }

  #call(sending: Sending, form: ScriptForm = "digest"): void {
    const text = this.#writer.call(sending, sending.parcels, form);
    this.#answerOf("evalsha", text).then(
      (reply) => {
        // The script's header says what it answers.
        this.#answered(sending, reply as number);
      },
      (error: Error) => {
        this.#failed(sending, error);
      },
    );
  }

  #transact(sending: Sending): void {
    const { text, answers } = this.#writer.transaction(sending, sending.parcels);
    let refusal: Error | undefined;
    const refused = (error: Error): void => {
      refusal ??= error;
    };
    let notBegun: Error | undefined;
    // Corked, for an empty text would be a write of its own.
    const { stream } = this.#link.redis as { readonly stream: Socket };
    stream.cork();
    this.#answerOf("multi", text).catch((error: Error) => {
      if (isReply(error)) notBegun = error;
    });
    for (let i = 2; i < answers; i++) this.#answerOf("multi", "").catch(refused);
    const executed = this.#answerOf("multi", "");
    stream.uncork();
    executed.then(
      (replies) => {
        // EXEC answers with a reply for each command.
        this.#executed(sending, replies as readonly unknown[]);
      },
      (error: Error) => {
        if (!isReply(error)) this.#failed(sending, error);
        else if (notBegun) this.#ranApart(sending, notBegun);
        // EXECABORT says that an error came before it.
        else this.#failed(sending, refusal ?? error);
      },
    );
  }

  #answerOf(name: "evalsha" | "multi", text: string): Promise<unknown> {
    return this.#link.redis.sendCommand(new PushCommand(name, text)) as Promise<unknown>;
  }

  #sendAgain(sending: Sending): void {
    if (this.#isTooLate(sending)) {
      this.#finish(sending, unanswered(this.#link.reason()));
      return;
    }
    sending.isLost = false;
    this.#call(sending);
  }

  #answered(sending: Sending, reply: number): void {
    if (reply < 0) {
      this.#withoutWrongKey(sending, -reply);
      return;
    }
    for (const { key } of sending.parcels) if (this.#seen.size < MOST_SEEN) this.#seen.add(key);
    this.#finish(sending);
  }

  /** Each command by itself: a key whose type has changed since it was seen costs its own jobs alone. */
  #executed(sending: Sending, replies: readonly unknown[]): void {
    const { parcels } = sending;
    // MULTI's queue began with SADD if there was a queue to name; where that alone failed the jobs are there.
    const named = parcels.some(({ queue }) => queue !== undefined) ? 1 : 0;
    const errorAt = (i: number): Error | undefined => (replies[i] instanceof Error ? replies[i] : undefined);
    parcels.forEach((parcel, i) => {
      const error = errorAt(named + i);
      if (!error) return;
      this.#seen.delete(parcel.key);
      parcel.settle(error);
    });
    this.#finish(sending);
  }

  /** MULTI was refused, and with it nothing else: each command did what it could. */
  #ranApart(sending: Sending, error: Error): void {
    this.#fence.takeDown();
    this.#writer.name(error, sending.parcels);
    this.#finish(sending, undecided(error, false));
  }

  #failed(sending: Sending, error: Error): void {
    if (isReply(error)) this.#writer.name(error, sending.parcels);
    if (!isReply(error)) this.#lose(sending);
    else if (error.message.startsWith("NOSCRIPT")) this.#call(sending, "text");
    else if (sending.wasLost ? isNotNow(error) : this.#isNewlyStale(sending, error)) {
      sending.isLost = true;
      this.#link.drop();
    } else this.#finish(sending, this.#told(sending, error));
  }

  /** What came before the loss nobody knows, and it may still arrive after the refusal. */
  #told({ wasLost }: Sending, error: Error): Error {
    return wasLost || mayBeThere(error) ? undecided(error, wasLost) : error;
  }

  #isNewlyStale(sending: Sending, error: Error): boolean {
    if (sending.wasStale || !isStale(error)) return false;
    return (sending.wasStale = true);
  }

  #lose(sending: Sending): void {
    sending.isLost = sending.wasLost = this.#hasLost = true;
    // What failed without an answer to the push itself has a connection that is no good, also one that is still there.
    if (this.#link.isUsable) this.#link.drop();
    if (this.#link.hasEnded) this.#finish(sending, unanswered(this.#link.reason()));
  }

  /** Refuses the jobs of one key, and sends the others: nothing was written, so the number is theirs. */
  #withoutWrongKey(sending: Sending, keyNumber: number): void {
    // The keys begin with that of the numbers and `queues`, which every queue needs.
    const wrong = sending.parcels[keyNumber - 3];
    const isRefused = (parcel: Parcel): boolean => (wrong ? parcel === wrong : parcel.queue !== undefined);
    const error = this.#told(sending, wrongType(wrong));
    const refused = sending.parcels.filter(isRefused);
    sending.parcels = sending.parcels.filter((parcel) => !isRefused(parcel));
    for (const parcel of refused) parcel.settle(error);
    if (sending.parcels.length === 0) this.#finish(sending);
    else this.#call(sending);
  }

  #finish(sending: Sending, error?: Error): void {
    this.#sendings = this.#sendings.filter((one) => one !== sending);
    for (const parcel of sending.parcels) parcel.settle(error);
    this.#onFree();
  }

  #isTooLate({ since }: Sending): boolean {
    const ageMs = Math.max(performance.now() - since.monotonicMs, Date.now() - since.wallMs);
    return ageMs > this.#resendForMs;
  }
}
