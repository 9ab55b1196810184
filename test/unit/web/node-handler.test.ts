/** A request of node:http as the dashboard gets it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { toNodeHandler } from "tsq/web";
import type { Web } from "tsq/web";
import { expect, onTestFinished, test } from "vitest";

/** A dashboard that tells of each request before it answers, and where it listens. */
const listening = async (answer: (request: Request) => Promise<Response>): Promise<string> => {
  const web: Web = Object.assign(answer, { close: async () => {} });
  const handle = toNodeHandler(web);
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // It listens on a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

test("its signal says that the browser has gone", async () => {
  let gone: () => void = () => {};
  let asked: () => void = () => {};
  const isGone = new Promise<void>((resolve) => (gone = resolve));
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const url = await listening(async ({ signal }) => {
    signal.addEventListener("abort", () => gone());
    asked();
    await isGone;
    return new Response("too late");
  });
  const browser = new AbortController();
  const answer = fetch(url, { signal: browser.signal }).catch(() => "gone");
  await isAsked;

  browser.abort();

  await isGone;
  expect(await answer).toBe("gone");
});

test("its signal says nothing when it was answered", async () => {
  let seen: AbortSignal | undefined;
  const url = await listening(async ({ signal }) => {
    seen = signal;
    return new Response("done");
  });

  await (await fetch(url, { headers: { connection: "close" } })).text();
  await (await fetch(url)).text();

  expect(seen?.aborted).toBe(false);
});
