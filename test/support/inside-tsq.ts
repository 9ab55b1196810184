/** What tests use of tsq beyond its public entries, except the embedded server. */
import { fileURLToPath } from "node:url";

export { comesBack } from "../../packages/tsq/dist/comes-back.js";
export { workerOptions } from "../../packages/tsq/dist/commands/work.js";
export { findConfigFile, givenEnvironment, readConfigFile } from "../../packages/tsq/dist/config-file.js";
export { evaluateErb } from "../../packages/tsq/dist/erb.js";
export type { loadJobs } from "../../packages/tsq/dist/load-jobs.js";
export { freePort } from "../../packages/tsq/dist/native-server.js";
export { loadWorkOptions, workOptions } from "../../packages/tsq/dist/options.js";
export type { WorkFlags } from "../../packages/tsq/dist/options.js";
export { pretty } from "../../packages/tsq/dist/pretty-log.js";
export { terminalLines, terminalText } from "../../packages/tsq/dist/terminal-text.js";
export { isMapping, parseYaml } from "../../packages/tsq/dist/yaml-source.js";
export type { YamlNode } from "../../packages/tsq/dist/yaml-source.js";

/** The command. A path alone: to import it is to run it. */
export const CLI = fileURLToPath(new URL("../../packages/tsq/dist/cli.js", import.meta.url));
/** For the source of another process. */
export const COMES_BACK_MODULE = new URL("../../packages/tsq/dist/comes-back.js", import.meta.url).href;
/** For `require`: what is imported here has vitest's loader in the place of Node's. */
export const LOAD_JOBS_MODULE = fileURLToPath(
  new URL("../../packages/tsq/dist/load-jobs.js", import.meta.url),
);
