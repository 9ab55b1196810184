/** What tests use of @tsq/active-job beyond its public entries. */
export { decodeArguments } from "../../packages/active-job/dist/values/decode.js";
export { encodeArguments } from "../../packages/active-job/dist/values/encode.js";
export { currentSettings } from "../../packages/active-job/dist/values/settings.js";

/** The types of options, as they are published. */
export const VALUE_OPTION_TYPES = new URL(
  "../../packages/active-job/dist/values/settings.d.ts",
  import.meta.url,
);
export const ACTIVE_JOB_OPTION_TYPES = new URL(
  "../../packages/active-job/dist/enqueue/app-settings.d.ts",
  import.meta.url,
);
