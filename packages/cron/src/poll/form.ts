/**
 * In which form the job of an entry is pushed: plain, or as ActiveJob's. Of a class that only Ruby has nothing in Redis
 * tells it: sidekiq-cron looks at the class when it fires, and writes `active_job: false` of an ActiveJob too.
 */
import type { Registry } from "@tsq/core";
import type { EntryFields } from "../entry/fields.ts";
import type { Policy } from "../entry/policy.ts";

/** Whether this process knows it: by the class that it runs, by `active_job: true`, or because somebody has told tsq. */
export const knowsForm = (
  { class: name, isActiveJob }: Pick<EntryFields, "class" | "isActiveJob">,
  { plain }: Policy,
  registry: Pick<Registry, "find">,
): boolean =>
  isActiveJob ||
  plain === name ||
  registry.find({ class: name }) !== undefined ||
  registry.find({ class: "", wrapped: name }) !== undefined;
