/** A dashboard on a port of its own. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigError } from "@tsq/core";
import { toNodeHandler } from "@tsq/web";
import type { Web } from "@tsq/web";

/** Where `tsq web` and `tsq dev` listen unless they are told otherwise. */
export const DEFAULT_PORT = 4567;
export const LOOPBACK = "127.0.0.1";

export interface ServeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly basePath?: string | undefined;
}

export interface ServedWeb {
  /** For a browser of this machine. */
  readonly url: string;
  /** Ends what is being answered, and the dashboard's connection. */
  stop(): Promise<void>;
}

/** @throws ConfigError when nothing can listen there */
export const serveWeb = async (web: Web, { host, port, basePath = "" }: ServeOptions): Promise<ServedWeb> => {
  const handle = toNodeHandler(web);
  // It never rejects but for a browser that has gone, and then nobody is left to be told.
  const server = createServer(
    (request, response) => void handle(request, response).catch(() => response.destroy()),
  );
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
      server.closeAllConnections();
      await closed;
      await web.close();
    },
  };
};

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
