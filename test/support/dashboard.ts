/** A dashboard on a port of this machine, and a browser that keeps cookies and follows no redirect. */
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createWeb, toNodeHandler } from "tsq/web";
import type { Web, WebOptions } from "tsq/web";

export interface Served {
  readonly url: string;
  /** A page by its path. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Seen>;
  /** Sends a form, as a browser does from a page of the dashboard. */
  post(path: string, form?: Form, headers?: Readonly<Record<string, string>>): Promise<Seen>;
  stop(): Promise<void>;
}

/** Fields by name; a list is sent as several fields of that name. */
export type Form = Readonly<Record<string, string | readonly string[]>>;

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it leads, without the origin. */
  readonly location: string | undefined;
}

/** Serves a dashboard by `toNodeHandler` alone. */
export async function serveDashboard(options: WebOptions): Promise<Served> {
  const web = createWeb(options);
  const handler = toNodeHandler(web);
  return serve((request, response) => void handler(request, response), web);
}

/** Serves whatever listens to requests, with a dashboard somewhere in it. */
export async function serve(listener: RequestListener, web?: Web): Promise<Served> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return served(server, web);
}

export const served = (server: Server, web: Web | undefined): Served => {
  // It listens on a port.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit): Promise<Seen> => {
    const headers = new Headers(init.headers);
    if (cookies.size > 0 && !headers.has("cookie"))
      headers.set("cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
    const response = await fetch(url + path, { ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get("location") ?? undefined;
    return { status: response.status, headers: response.headers, text: await response.text(), location };
  };
  return {
    url,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, form = {}, headers = { "sec-fetch-site": "same-origin" }) => {
      const body = new URLSearchParams();
      for (const [name, value] of Object.entries(form))
        for (const one of [value].flat()) body.append(name, one);
      return ask(path, { method: "POST", body, headers });
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await web?.close();
    },
  };
};
