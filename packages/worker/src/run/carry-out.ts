/** Makes an outcome true: asks the hooks that have a say in it, sets the fields of the payload, and moves the job in one call. */
import type { JsonValue, RawPayload } from "@tsq/core";
import { burialAt, editPayload, editPayloadBytes, scoreOf } from "@tsq/core/protocol";
import type { Burial, Bytes, DeadSetLimits, PayloadChanges } from "@tsq/core/protocol";
import type { Move, UnitOfWork } from "../fetch/fetch.ts";
import { decide } from "./decide.ts";
import type { Facts } from "./decide.ts";
import { errorOf } from "./ending.ts";
import type { Ending } from "./ending.ts";
import type { Hooks } from "./hooks.ts";
import type { Outcome } from "./outcome.ts";
import type { RunningJob } from "./running-job.ts";

export type Write = () => unknown;

export class CarryOut {
  readonly #hooks: Hooks;
  readonly #limits: DeadSetLimits;

  constructor(hooks: Hooks, limits: DeadSetLimits) {
    this.#hooks = hooks;
    this.#limits = limits;
  }

  /** Asks the hooks that are told of it; what is left is the one call. It answers false when the job was not there any more. */
  async prepared(job: RunningJob, ending: Ending, outcome: Outcome, facts: Facts): Promise<Write> {
    const { unit } = job;
    switch (outcome.kind) {
      case "retry":
      case "snooze": {
        const set = outcome.kind === "retry" ? "retry" : "schedule";
        const score = scoreOf(outcome.atMs);
        return this.#moved(unit, outcome.changes, (payload) => ({ kind: "set", set, score, payload }));
      }
      case "putBack": {
        const { side, changes } = outcome;
        return this.#moved(unit, changes, (payload) => ({ kind: "queue", queue: unit.queue, side, payload }));
      }
      case "dead":
        if (!outcome.changes) return this.buryAsItIs(unit);
        return this.#dead(job, ending, facts, outcome.changes, outcome.isKept);
      case "discard":
      case "drop": {
        const final = { ...facts.payload, ...fieldsOf(outcome.changes) };
        return this.#gone(job, errorOf(ending), final, outcome.kind === "discard");
      }
      case "late":
        return this.#gone(job, outcome.error, facts.payload, true);
      case "done":
      case "cancelled":
      case "handedBack":
      case "lost":
        return () => unit.acknowledge();
      default:
        return outcome satisfies never;
    }
  }

  /** What `retryIn` makes of a failure that is to be tried again. */
  async asked(job: RunningJob, ending: Ending, first: Outcome, facts: Facts): Promise<Outcome> {
    if (first.kind !== "retry" || !job.runnable?.hooks.retryIn) return first;
    return decide(ending, facts, await this.#hooks.retryIn(job, first.count, errorOf(ending), facts.payload));
  }

  async #moved(unit: UnitOfWork, changes: PayloadChanges, to: (payload: Bytes) => Move): Promise<Write> {
    const payload = await edited(unit, changes);
    return () => (payload === undefined ? unit.acknowledge() : unit.move(to(payload)));
  }

  async #dead(
    job: RunningJob,
    ending: Ending,
    facts: Facts,
    changes: PayloadChanges,
    isKept: boolean,
  ): Promise<Write> {
    const { unit } = job;
    const final = { ...facts.payload, ...fieldsOf(changes) };
    const error = errorOf(ending);
    if (!(await this.#hooks.mayBeBuried(job, final, error)) || !isKept)
      return this.#gone(job, error, final, true);
    const payload = await edited(unit, changes);
    return async () => {
      // Taken away meanwhile: that one decides anew.
      if (payload === undefined) unit.acknowledge();
      else if (await unit.move({ kind: "dead", burial: this.burial(), payload })) {
        job.isWritten = true;
        await this.#hooks.tellDeath(final, error);
      }
    };
  }

  /** It is in no set any more. */
  #gone(job: RunningJob, error: unknown, final: RawPayload, isDiscarded: boolean): Write {
    return async () => {
      job.unit.acknowledge();
      // Given to another while its hooks ran: that one decides anew.
      if (job.isGivenAway) return;
      job.isWritten = true;
      // As Sidekiq 8 marks it: whoever is told sees that the job is not in the dead set, and that this was decided.
      const told = isDiscarded ? { ...final, discarded_at: Date.now() } : final;
      await this.#hooks.tellDeath(told, error);
    };
  }

  /** What is no job, or of which nothing can be decided. */
  buryAsItIs(unit: UnitOfWork): Write {
    return () => unit.move({ kind: "dead", burial: this.burial() });
  }

  /** For what goes to the dead set now. */
  burial(): Burial {
    return burialAt(Date.now(), this.#limits);
  }
}

/** The payload with the outcome's fields; undefined when the job has been taken away meanwhile. */
const edited = async (unit: UnitOfWork, changes: PayloadChanges): Promise<Bytes | undefined> => {
  if (!unit.text.includes("\ufffd")) return editPayload(unit.text, changes);
  // Bytes that are no UTF-8 read as U+FFFD: the text has lost them, Redis has not.
  const bytes = await unit.bytes();
  return bytes && editPayloadBytes(bytes, changes);
};

const fieldsOf = (changes: PayloadChanges): Record<string, JsonValue> =>
  Object.fromEntries(
    Object.entries(changes).map(([key, text]) => [key, JSON.parse(text ?? "null") as JsonValue]),
  );
