/** ActiveJob in TypeScript: its argument types, and its jobs in both directions. */
export type { JsonValue } from "@tsq/core";
