/** @tsq/embedded: a Valkey in this process, on a port of loopback, for development and tests. */
export { startEmbedded } from "./start-embedded.ts";
export type { EmbeddedServer, StartEmbeddedOptions } from "./start-embedded.ts";
export { EmbeddedError } from "./embedded-error.ts";
