/** What jobs are pushed through. A Client is one; so is whatever can do as much. */
import { ConfigError } from "../errors.ts";
import { inspect } from "../report/inspect.ts";
import type { JobOptions, Payload } from "../wire/payload.ts";
import type { BulkItem } from "./bulk.ts";
import type { CheckArgs } from "./bulk-push.ts";
import type { PushItem } from "./normalize.ts";
import type { PayloadTemplate } from "./payload-template.ts";

/** What a job can be pushed through, and what `job.client` is: all of a `Client` but its opening and closing. */
export interface JobClient {
  /** What every job pushed through it starts from. */
  readonly defaultJobOptions: JobOptions;
  /** As `push()` of a `Client`. */
  push(item: PushItem): Promise<string | null>;
  /**
   * As `pushBulk()` of a `Client`. `check` is asked of each list of arguments, and throws or rejects where it is wrong,
   * before anything of its slice is sent; `where` says which list it is.
   */
  pushBulk(item: BulkItem, check?: CheckArgs): Promise<(string | null)[]>;
  /** As `pushTemplate()` of a `Client`: what `performAsync()` and its like call. */
  pushTemplate(
    template: PayloadTemplate,
    args: readonly unknown[],
    atSeconds?: number,
  ): Promise<string | null>;
  /** Runs the client middleware alone, for a job that does not go to Redis. */
  admit(payload: Payload): Promise<boolean>;
  /** A jid as Sidekiq makes them. */
  nextJid(): string;
  /** As `cancel()` of a `Client`. */
  cancel(jid: string): Promise<Date>;
  /** As `generations()` of a `Client`; without it nobody is known. */
  generations?(): ReadonlySet<number> | Promise<ReadonlySet<number>>;
}

/** A shard that is undefined would be the default client, and the job on another server. */
export const checkClient = (of: string, options: { readonly client?: unknown }): void => {
  if (!("client" in options) || isClient(options.client)) return;
  throw new ConfigError(
    `Expected \`client\` of ${of} to be a Client, got \`${inspect(options.client)}\`. Leave it out for the default client.`,
  );
};

/** By what it can do: it may come from another copy of this library. */
const isClient = (value: unknown): boolean =>
  typeof (value as { pushTemplate?: unknown } | null | undefined)?.pushTemplate === "function";
