/** A dashboard on a port of its own. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError } from "@tsq/core";
import { toNodeHandler } from "@tsq/web";
import type { Web } from "@tsq/web";
import type { Logger } from "pino";

/** Where `tsq web` and `tsq dev` listen unless they are told otherwise. */
export const DEFAULT_PORT = 4567;
export const LOOPBACK = "127.0.0.1";

// Half of what Docker gives a process that is to stop: the other half is for work on many jobs, and its entry.
const OPEN_REQUESTS_MS = 5_000;

export interface ServeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly basePath?: string | undefined;
  /** For how long a stop waits for open requests. @default 5_000 */
  readonly openRequestsMs?: number;
  /** Told of an answer that could not be sent. @default nobody */
  readonly logger?: Logger;
}

export interface ServedWeb {
  /** For a browser of this machine. */
  readonly url: string;
  /**
   * Takes no more requests, lets those that are open end for a while, and ends work on many jobs and the dashboard's
   * connection.
   *
   * @returns how many requests were cut
   */
  stop(): Promise<number>;
}

/** @throws ConfigError when nothing can listen there */
export const serveWeb = async (
  web: Web,
  { host, port, basePath = "", openRequestsMs = OPEN_REQUESTS_MS, logger }: ServeOptions,
): Promise<ServedWeb> => {
  const handle = toNodeHandler(web, { ...(logger && { logger }) });
  const open = new Map<ServerResponse, Promise<void>>();
  const server = createServer((request, response) => {
    // What is done goes on when the browser has gone, and what was answered is still to be sent.
    const ended = Promise.all([handle(request, response), sent(response)]).then(
      () => void open.delete(response),
    );
    open.set(response, ended);
  });
  server.listen(port, host);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EADDRINUSE" ? taken(host, port) : unusable(host, port, error);
  });
  // It listens on a port.
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${nameOf(host)}:${own}${basePath.replace(/\/*$/, "/")}`,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      for (const response of open.keys()) response.shouldKeepAlive = false;
      await Promise.race([Promise.all(open.values()), sleep(openRequestsMs, undefined, { ref: false })]);
      const cut = open.size;
      server.closeAllConnections();
      await closed;
      await web.close();
      return cut;
    },
  };
};

/** Resolves when nothing more of it is to be sent. */
const sent = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => response.once("close", () => resolve()));

const taken = (host: string, port: number): ConfigError =>
  new ConfigError(
    `Expected port ${port} of ${host} to be free, but something listens there. Pass another by --port.`,
  );

const unusable = (host: string, port: number, { message }: Error): ConfigError =>
  new ConfigError(
    `Expected to listen on port ${port} of ${host}, but that cannot be (${message}). Pass others by --host and --port.`,
  );

/** An address that means every one leads nowhere in a browser. */
const nameOf = (host: string): string =>
  host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
