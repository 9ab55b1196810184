/** The dashboard for node:http, and for all that hands on its requests: Express, Fastify, Koa, NestJS. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ApiOptions } from "@tsq/core/api";
import { loggedError } from "@tsq/core/config";
import type { Web } from "./create-web.ts";

/** Answers one request; `next` of Express is never called, for the dashboard knows its own 404. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: unknown,
) => Promise<void>;

/** How `toNodeHandler()` hands answers on. */
export interface NodeHandlerOptions {
  /** Told of an answer that could not be sent, such as one of a tab that breaks off in the midst of its text. @default nobody */
  logger?: ApiOptions["logger"];
}

/** What Express adds to a request: the path as it came, where the handler is mounted, and a body that it has read. */
interface Handed extends IncomingMessage {
  readonly originalUrl?: string;
  readonly baseUrl?: string;
  readonly body?: unknown;
}

/**
 * Makes a handler of node:http of a dashboard. When a browser goes away, what is only looked for is given up. It never rejects:
 * where an answer cannot be sent, the connection is cut.
 *
 * @example
 * app.use("/sidekiq", toNodeHandler(createWeb({ auth })));
 */
export const toNodeHandler =
  (web: Web, { logger }: NodeHandlerOptions = {}): NodeHandler =>
  async (incoming, outgoing) => {
    // Both are the same object: what is read of it is there or not.
    const handed: Handed = incoming;
    const gone = new AbortController();
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    let request: Request;
    try {
      request = requestOf(handed, gone.signal);
    } catch {
      // A host or a path that makes no address.
      outgoing.writeHead(400, { "content-type": "text/plain; charset=utf-8" }).end("This is no request.\n");
      return;
    }
    const { remoteAddress } = incoming.socket;
    const basePath = handed.baseUrl || undefined;
    const isRelayed = incoming.httpVersion === "1.0";
    try {
      await send(await web(request, { remoteAddress, basePath, isRelayed }), outgoing);
    } catch (error) {
      // node:http and Express 4 look after no promise: it would end the process of whoever mounts it.
      const { method, url } = incoming;
      const line = { method, path: url?.split("?")[0], err: loggedError(error) };
      logger?.error(line, "An answer could not be sent");
      outgoing.destroy();
    }
  };

const requestOf = (incoming: Handed, signal: AbortSignal): Request => {
  const { method = "GET" } = incoming;
  const host = incoming.headers.host ?? "localhost";
  const isSecure = "encrypted" in incoming.socket;
  const url = urlOf(incoming.originalUrl ?? incoming.url ?? "/", `http${isSecure ? "s" : ""}://${host}`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    // HTTP/2 has names such as `:path`, which are no headers.
    if (value === undefined || name.startsWith(":")) continue;
    for (const one of [value].flat()) headers.append(name, one);
  }
  return new Request(url, { method, headers, signal, ...bodyOf(incoming, method, headers) });
};

/** The host is what the Host header says, whatever the path looks like: `//elsewhere/retries` is a path, too. */
const urlOf = (target: string, origin: string): URL => {
  const url = new URL(origin);
  if (target.startsWith("/")) return new URL(url.origin + target);
  // As a proxy is asked (`GET http://host/path`): whichever host it names, it is here.
  const { pathname, search } = new URL(target, url);
  return new URL(url.origin + pathname + search);
};

type Body = { readonly body?: URLSearchParams | ReadableStream; readonly duplex?: "half" };

const bodyOf = (incoming: Handed, method: string, headers: Headers): Body => {
  if (method === "GET" || method === "HEAD") return {};
  // `express.urlencoded()` in front of the dashboard has read it already: it is written again.
  if (incoming.readableEnded || incoming.readableDidRead) {
    headers.set("content-type", "application/x-www-form-urlencoded");
    headers.delete("content-length");
    return { body: formOf(incoming.body) };
  }
  return { body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" };
};

/** A parser may have made `key` of `key[]`, and a list of its values. */
const formOf = (body: unknown): URLSearchParams => {
  const form = new URLSearchParams();
  if (typeof body !== "object" || body === null) return form;
  for (const [name, value] of Object.entries(body)) {
    if (Array.isArray(value)) {
      for (const one of value) form.append(name.endsWith("[]") ? name : `${name}[]`, String(one));
    } else if (typeof value === "string") form.append(name, value);
  }
  return form;
};

const send = async (response: Response, outgoing: ServerResponse): Promise<void> => {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") outgoing.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
  if (!response.body) {
    outgoing.end();
    return;
  }
  outgoing.end(Buffer.from(await response.arrayBuffer()));
};
