/** tsq/web: the dashboard, to be mounted in an application of your own. */
export { createWeb, toNodeHandler } from "@tsq/web";
export type { Arrival, NodeHandler, Web, WebOptions } from "@tsq/web";
