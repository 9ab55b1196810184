/** A request of node:http as the dashboard gets it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { toNodeHandler } from "tsq/web";
import type { NodeHandlerOptions, Web } from "tsq/web";
import { expect, onTestFinished, test } from "vitest";

/** A dashboard that tells of each request before it answers, and where it listens. */
const listening = async (
  answer: (request: Request) => Promise<Response>,
  options?: NodeHandlerOptions,
): Promise<string> => {
  const web: Web = Object.assign(answer, { close: async () => {} });
  const handle = toNodeHandler(web, options);
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

test("an answer that breaks off in the midst of its text cuts the connection, and goes no further than the log", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  onTestFinished(() => void process.off("unhandledRejection", note));
  const said: unknown[] = [];
  const logger = { error: (...line: unknown[]) => said.push(line) };
  const text = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("half of"));
      controller.error(new Error("as it does"));
    },
  });
  const url = await listening(async () => new Response(text), { logger: logger as never });

  await expect(fetch(`${url}billing?secret=1`)).rejects.toThrow("fetch failed");

  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).toEqual([]);
  expect(said).toMatchObject([[{ method: "GET", path: "/billing" }, "An answer could not be sent"]]);
});
