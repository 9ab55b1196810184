/** What tests use of the embedded server. */
export { parseLogLine } from "../../packages/embedded/dist/log-line.js";
export { MemoryDirectory } from "../../packages/embedded/dist/memory-directory.js";
export { startEmbedded } from "../../packages/embedded/dist/start-embedded.js";
export type { EmbeddedServer, StartEmbeddedOptions } from "../../packages/embedded/dist/start-embedded.js";
export { Valkey } from "../../packages/embedded/dist/valkey.js";
export { compileValkey } from "../../packages/embedded/dist/valkey-module.js";
export type { ValkeyModule } from "../../packages/embedded/dist/valkey-module.js";

/** For the source of another process. */
export const EMBEDDED_MODULE = new URL("../../packages/embedded/dist/start-embedded.js", import.meta.url)
  .href;
