/** @tsq/web: the dashboard, as a function from a Request to a Response. */
export { createWeb } from "./create-web.ts";
export type { Web } from "./create-web.ts";
export type { Arrival } from "./request/arrival.ts";
export type { WebOptions } from "./web-options.ts";
export { toNodeHandler } from "./node-handler.ts";
export type { NodeHandler } from "./node-handler.ts";
