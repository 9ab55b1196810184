/** What tests use of the embedded server. */
export { parseLogLine } from "../../packages/tsq/dist/embedded/log-line.js";
export { MemoryDirectory } from "../../packages/tsq/dist/embedded/memory-directory.js";
export { startEmbedded } from "../../packages/tsq/dist/embedded/start-embedded.js";
export type {
  EmbeddedServer,
  StartEmbeddedOptions,
} from "../../packages/tsq/dist/embedded/start-embedded.js";
export { Valkey } from "../../packages/tsq/dist/embedded/valkey.js";
export { compileValkey } from "../../packages/tsq/dist/embedded/valkey-module.js";
export type { ValkeyModule } from "../../packages/tsq/dist/embedded/valkey-module.js";

/** For the source of another process. */
export const EMBEDDED_MODULE = new URL("../../packages/tsq/dist/embedded/start-embedded.js", import.meta.url)
  .href;
