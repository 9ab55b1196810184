/** What is in a wrapper's payload beside its class and its envelope, whichever way it is enqueued. */
import type { JobOptions } from "@tsq/core";
import type { Target } from "./target.ts";

/** Options of a payload, and the class in it, by which Sidekiq's pages show it. */
export type WrapperOptions = JobOptions & { readonly queue: string; readonly wrapped: string };

/** @param queue with its prefix */
export const wrapperOptions = (
  { class: name, options }: Pick<Target, "class" | "options">,
  queue: string,
): WrapperOptions => ({ ...options, queue, wrapped: name });
