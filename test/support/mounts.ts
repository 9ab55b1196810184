/** The dashboard where others serve: the examples of examples/mounts, as the tests start them. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Web, WebOptions } from "tsq/web";
import { served } from "./dashboard.ts";
import type { Served } from "./dashboard.ts";

export const FRAMEWORKS = ["node-http", "express", "fastify", "koa", "hono"] as const;
export type Framework = (typeof FRAMEWORKS)[number];

interface Example {
  readonly listen: (options: object) => Promise<{ readonly server: Server; readonly web: Web }>;
}

export interface Mounted extends Served {
  readonly port: number;
}

/** @param before what comes before the dashboard, in those that take it */
export async function mount(
  framework: Framework,
  path: string,
  options: WebOptions,
  before: readonly unknown[] = [],
): Promise<Mounted> {
  // TypeScript has no types of the examples, which are JavaScript for all to read.
  const { listen } = (await import(`../../examples/mounts/${framework}.mjs`)) as Example;
  const more = framework === "koa" ? { before, silent: true } : framework === "hono" ? { before } : {};
  const { server, web } = await listen({ ...options, ...more, path, port: 0 });
  // It listens on a port.
  const { port } = server.address() as AddressInfo;
  return { ...served(server, web), port };
}
