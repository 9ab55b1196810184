/** What tests use of @tsq/core beyond its public entries. */
export { Enqueuer } from "../../packages/core/dist/client/enqueuer.js";
export { noPermission } from "../../packages/core/dist/redis/no-permission.js";
export { watchSilence } from "../../packages/core/dist/redis/lifeline.js";
export {
  announce,
  buryScript,
  clear,
  closeScript,
  enqueueScript,
  fetchScript,
  killScript,
  promoteScript,
  putbackScript,
  recoverScript,
  replace,
  requeueScript,
  retryScript,
  SCRIPTS as CORE_SCRIPTS,
  seek,
  seekScript,
  signal,
  withdraw,
} from "../../packages/core/dist/redis/scripts.gen.js";

/** What the client's types say, as they are published. */
export const CLIENT_TYPES = new URL("../../packages/core/dist/client/client.d.ts", import.meta.url);
/** What `lua/` becomes, from the root of a checkout. */
export const SCRIPTS_MODULE = "packages/core/src/redis/scripts.gen.ts";

const types = (path: string): URL => new URL(`../../packages/core/dist/${path}.d.ts`, import.meta.url);
/** The types of options, as they are published. */
export const OPTION_TYPES = {
  client: types("client/client-options"),
  configure: types("client/default-client"),
  payload: types("wire/payload"),
  defineJob: types("job/definition"),
  set: types("job/job-setter"),
  bulk: types("client/bulk"),
  api: types("api/api-connection"),
};
export { readClassList } from "../../packages/core/dist/wire/class-list.js";
export { fingerprintOf } from "../../packages/core/dist/api/errors/fingerprint.js";
export * as coreKeys from "../../packages/core/dist/wire/keys.js";
