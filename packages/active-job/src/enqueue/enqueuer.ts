/** Enqueues one job of ActiveJob as the adapters of Sidekiq and Rails do, and makes envelopes for many. */
import { randomUUID } from "node:crypto";
import type { JobClient, JobOptions, JsonValue, PayloadTemplate } from "@tsq/core";
import { payloadTemplate, takenArgs } from "@tsq/core/protocol";
import { callAround } from "../callbacks.ts";
import type { Step } from "../callbacks.ts";
import type { EnqueuingJob } from "./enqueuing-job.ts";
import { instant } from "./envelope.ts";
import type { Envelope } from "./envelope.ts";
import { generationsOf, isFine, wrapperFor } from "./fleet.ts";
import type { Generations } from "./fleet.ts";
import { queueName } from "./app-settings.ts";
import { dueMs } from "./target.ts";
import type { Target } from "./target.ts";
import { encodeArguments } from "./values.ts";
import { wrapperOptions } from "./wrapper-options.ts";

/** The queue that it goes to, with its prefix. */
export const queueOf = ({ queue, settings }: Target, { defaultJobOptions }: JobClient): string =>
  queueName(queue ?? defaultJobOptions.queue ?? "default", settings());

/** A job that is enqueued for the first time. */
export interface Drawn {
  readonly target: Target;
  readonly jobId: string;
  readonly queue: string;
  /** Encoded. */
  readonly arguments: readonly JsonValue[];
  /** Milliseconds since 1970; undefined when at once. */
  readonly scheduledMs: number | undefined;
}

/**
 * Fixes what a job is enqueued with.
 *
 * @throws SerializationError when an argument cannot be serialized
 */
export const draw = (target: Target, client: JobClient, args: readonly unknown[], nowMs: number): Drawn => ({
  target,
  jobId: randomUUID(),
  queue: queueOf(target, client),
  arguments: encodeArguments(target.performed(args)),
  scheduledMs: dueMs(target, nowMs),
});

/** Its one argument, as the Rails that is alive writes it. */
export const envelopeOf = (drawn: Drawn, generations: Generations, nowMs: number): Envelope => {
  const { class: name, priority } = drawn.target;
  const settings = drawn.target.settings();
  const isNew = isFine(settings.rails, generations);
  const { scheduledMs } = drawn;
  const envelope: Envelope = {
    job_class: name,
    job_id: drawn.jobId,
    provider_job_id: null,
    queue_name: drawn.queue,
    priority: priority ?? null,
    arguments: drawn.arguments,
    executions: 0,
    exception_executions: {},
    locale: settings.locale ?? "en",
    timezone: settings.timezone ?? null,
    enqueued_at: instant(nowMs, isNew),
  };
  if (!isNew) return envelope;
  return { ...envelope, scheduled_at: scheduledMs === undefined ? null : instant(scheduledMs, true) };
};

/** With arguments of its own: the caller may change what was given while a push waits. */
export const taken = (drawn: Drawn): Drawn => ({
  ...drawn,
  // Of JSON it is JSON.
  arguments: takenArgs(drawn.arguments) as readonly JsonValue[],
});

/** Enqueues jobs with the options of one target. */
export class Enqueuer {
  readonly #target: Target;
  // One for each of the two wrappers: what is alive may change.
  readonly #templates = new Map<string, PayloadTemplate>();
  // What they were made with.
  #defaults: JobOptions | undefined;
  #queue: string | undefined;

  constructor(target: Target) {
    this.#target = target;
  }

  /** @returns the jid, or null when a callback or a client middleware stopped it */
  async enqueue(args: readonly unknown[]): Promise<string | null> {
    const { steps } = this.#target;
    return steps.length === 0 ? this.#push(args) : this.#pushAmid(steps, args);
  }

  // Synchronous up to the push where it is known who is alive, so that a hundred pushes of one tick travel together.
  #push(args: readonly unknown[]): Promise<string | null> {
    const client = this.#target.client();
    const drawn = draw(this.#target, client, args, Date.now());
    return this.#pushDrawn(client, drawn);
  }

  #pushDrawn(client: JobClient, drawn: Drawn): Promise<string | null> {
    const generations = generationsOf(client);
    if (generations instanceof Promise) {
      const own = taken(drawn);
      return generations.then((known) => this.#pushKnown(client, own, known));
    }
    return this.#pushKnown(client, drawn, generations);
  }

  #pushKnown(client: JobClient, drawn: Drawn, generations: Generations): Promise<string | null> {
    const nowMs = Date.now();
    const { queue, scheduledMs } = drawn;
    const envelope = envelopeOf(drawn, generations, nowMs);
    const template = this.#prepared(client, wrapperFor(generations), queue);
    // A time that is past means now, as in Rails from 7.1 on (WIRE §13.1).
    const at = scheduledMs !== undefined && scheduledMs > nowMs ? scheduledMs / 1_000 : undefined;
    return client.pushTemplate(template, [envelope], at);
  }

  async #pushAmid(steps: readonly Step<EnqueuingJob>[], args: readonly unknown[]): Promise<string | null> {
    const client = this.#target.client();
    const { class: name, priority } = this.#target;
    const drawn = taken(draw(this.#target, client, args, Date.now()));
    const { jobId, queue, scheduledMs } = drawn;
    const job: { -readonly [Key in keyof EnqueuingJob]: EnqueuingJob[Key] } = {
      class: name,
      jobId,
      arguments: args,
      queue,
      priority: priority ?? null,
      scheduledAt: scheduledMs === undefined ? undefined : new Date(scheduledMs),
      executions: 0,
    };
    await callAround(steps, job, async () => {
      job.jid = await this.#pushDrawn(client, drawn);
    });
    return job.jid ?? null;
  }

  /** Dumped once for each client that it is pushed with, which nearly always is one. */
  #prepared({ defaultJobOptions }: JobClient, wrapper: string, queue: string): PayloadTemplate {
    if (this.#defaults !== defaultJobOptions || this.#queue !== queue) this.#templates.clear();
    this.#defaults = defaultJobOptions;
    this.#queue = queue;
    let template = this.#templates.get(wrapper);
    if (!template) {
      template = payloadTemplate(wrapper, wrapperOptions(this.#target, queue), defaultJobOptions);
      this.#templates.set(wrapper, template);
    }
    return template;
  }
}
