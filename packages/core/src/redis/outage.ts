/**
 * What one process knows of its Redis: each trouble is told once when it begins, whichever connection or part meets it,
 * and once when all are rid of it.
 *
 * With one connection in trouble the others are asked at once. Each by itself would find out at its own next command,
 * and one failover would be many outages.
 */
import type { Logger } from "pino";
import type { Witness } from "./lifeline.ts";
import type { RedisTarget } from "./redis-target.ts";
import { whyUnusable } from "./why-unusable.ts";

/** It cannot be reached, says nothing, or is not yet or no longer the one to talk to. */
export const AWAY = "away";

const FAILOVER = /\b(?:READONLY|LOADING|MASTERDOWN) /;
// Whatever is asked of it, and whoever asks: one trouble, and not one of each part.
const FOR_ALL = /\b(?:OOM|MISCONF|NOREPLICAS|BUSY|CLUSTERDOWN) /;
// What a command is told whose connection is gone: the connection's own witness knows more.
const LOST =
  /^(?:Connection is closed|Reached the max retries|Command aborted|Stream isn't writeable|Cannot reach Redis)/;

export interface OutageEvents {
  /** @param kind `away`, what Redis answers everybody, or else the text of the error; @param who met it */
  readonly begun: (error: Error, kind: string, who: string) => void;
  readonly over: (kind: string, who: string) => void;
}

interface Trouble {
  readonly witness: Witness;
  kind: string | undefined;
}

export class Outage {
  readonly #events: OutageEvents;
  readonly #troubles = new Set<Trouble>();

  constructor(events: OutageEvents) {
    this.#events = events;
  }

  /** One that tells a logger, if one was given. */
  static to(log: Logger | undefined, target: RedisTarget): Outage | undefined {
    if (log === undefined) return undefined;
    return new Outage({
      begun: (error, _kind, connection) =>
        log.warn({ connection }, `${whyUnusable(target, error, "").message.trim()} It is tried again.`),
      over: (_kind, connection) => log.info({ connection }, "Redis is back"),
    });
  }

  /** For a connection: whatever fails, it is away. */
  connection(name: string): Witness {
    return this.#witness(name, () => AWAY);
  }

  /** For what a part of the process does now and then, such as `fetch`. Who goes before the process does, ends it. */
  part(name: string): Witness {
    return this.#witness(name, kindOf);
  }

  #witness(name: string, kindFor: (error: Error) => string | undefined): Witness {
    const witness: Witness = {
      failing: (error) => {
        // Asked before its end, and answered behind it.
        if (!this.#troubles.has(trouble)) return;
        const refusal = refusalIn(error);
        this.#failing(trouble, refusal, kindFor(refusal), name);
      },
      answered: () => this.#rid(trouble, name),
      ended: () => {
        this.#troubles.delete(trouble);
        // Of a process that stops nobody is left who could tell. And what a part was refused is not over when it asks no more.
        if (trouble.kind === AWAY && this.#connections().length > 0) this.#rid(trouble, name);
        trouble.kind = undefined;
      },
    };
    const trouble: Trouble = { witness, kind: undefined };
    this.#troubles.add(trouble);
    return witness;
  }

  #failing(trouble: Trouble, error: Error, kind: string | undefined, name: string): void {
    if (kind === undefined || kind === trouble.kind) return;
    const isNew = !this.#isGoing(kind);
    trouble.kind = kind;
    if (!isNew) return;
    this.#events.begun(error, kind, name);
    if (kind !== AWAY) return;
    for (const other of this.#connections()) {
      if (other.kind === AWAY) continue;
      other.kind = AWAY;
      other.witness.ask?.();
    }
  }

  #rid(trouble: Trouble, name: string): void {
    const { kind } = trouble;
    trouble.kind = undefined;
    if (kind !== undefined && !this.#isGoing(kind)) this.#events.over(kind, name);
  }

  #isGoing(kind: string): boolean {
    return [...this.#troubles].some((trouble) => trouble.kind === kind);
  }

  #connections(): readonly Trouble[] {
    return [...this.#troubles].filter(({ witness }) => witness.ask !== undefined);
  }
}

/** Whether it is what a server answers everybody, whatever is asked of it: full, read-only, still loading and the like. */
export const isOfServer = (message: string): boolean => FOR_ALL.test(message) || FAILOVER.test(message);

/** Of a transaction that was given up, what it was given up for. */
export const refusalIn = (error: Error & { readonly previousErrors?: readonly Error[] }): Error =>
  error.previousErrors?.[0] ?? error;

/** Whether it is refused for that the memory of the server is used up: a command, a script, or a transaction for one of its commands. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error && /\bOOM /.test(refusalIn(error).message);

const kindOf = ({ message }: Error): string | undefined => {
  const refusal = FOR_ALL.exec(message)?.[0].trim();
  if (refusal !== undefined) return refusal;
  if (FAILOVER.test(message)) return AWAY;
  return LOST.test(message) ? undefined : message;
};
