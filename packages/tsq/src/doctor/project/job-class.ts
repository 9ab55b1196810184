/** A class of jobs as a source of the project says it, and how often it is retried. */
import { SETTINGS } from "@tsq/worker/settings";

export interface JobClass {
  readonly name: string;
  readonly side: "ruby" | "typescript";
  readonly kind: "sidekiq" | "active-job";
  /** False of a class that is only enqueued here, and that the other side runs. */
  readonly isRun: boolean;
  /** Undefined where only the program knows it. */
  readonly queue: string | undefined;
  /** `unset` where nothing says it, `unknown` where only the program knows it. */
  readonly retry: number | boolean | "unset" | "unknown";
  /** Attempts by the name of the error, as its `retry_on` lines say them. */
  readonly attempts: ReadonlyMap<string, number>;
  /** ActiveJob retries by a line of its own, for whatever error. */
  readonly hasRetryOn: boolean;
  /** Others that decide what becomes of a job, by their names; undefined where only the program knows it. */
  readonly options: ReadonlyMap<string, string | number | boolean | undefined>;
  /** What it does not say of these, nothing else says. */
  readonly isClosed: boolean;
  /** It saves how far it has come, and goes on from there. */
  readonly isIterable: boolean;
  /** Seconds after which it is of no use, as it says itself. */
  readonly deadlineSeconds: number | undefined;
  readonly file: string;
  readonly line: number;
  /** The lines that say queue and retries, which an ancestor may have; undefined where none does, or it is that of the class. */
  readonly queueAt?: LinePlace | undefined;
  readonly retryAt?: LinePlace | undefined;
}

/** Those of `options`: who pushes writes them into the payload, and who runs goes by them. */
export const OPTION_NAMES = [
  "dead",
  "retry_for",
  "unique_for",
  "unique_until",
  "expires_in",
  "encrypt",
] as const;

export interface LinePlace {
  readonly file: string;
  readonly line: number;
}

/** As often as `true` says, and who says nothing; undefined where only the program knows it. */
export const retriesOf = ({ retry }: Pick<JobClass, "retry">): number | false | undefined => {
  if (retry === "unknown") return undefined;
  return retry === "unset" || retry === true ? SETTINGS.maxRetries.fallback : retry;
};
