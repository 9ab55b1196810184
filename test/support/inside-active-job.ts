/** What tests use of @tsq/active-job beyond its public entries. */
export { decodeArguments } from "../../packages/active-job/dist/values/decode.js";
export { encodeArguments } from "../../packages/active-job/dist/values/encode.js";
