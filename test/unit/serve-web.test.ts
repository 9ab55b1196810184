/** A dashboard on a port of its own: how it ends. */
import { setImmediate } from "node:timers/promises";
import { pino } from "pino";
import type { Web } from "tsq/web";
import { expect, test } from "vitest";
import { serveWeb } from "../support/inside-tsq.ts";

/** One that answers when it is let. */
const dashboard = () => {
  let answer: () => void = () => {};
  let asked: () => void = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const calls: string[] = [];
  const web: Web = Object.assign(
    async () => {
      asked();
      await answered;
      calls.push("answered");
      return new Response("done");
    },
    {
      close: async () => {
        calls.push("closed");
      },
    },
  );
  return { web, answer, isAsked, calls };
};

const serve = (web: Web, openRequestsMs?: number) =>
  serveWeb(web, { host: "127.0.0.1", port: 0, ...(openRequestsMs !== undefined && { openRequestsMs }) });

test("a request that is open is answered, and the dashboard closed after it", async () => {
  const { web, answer, isAsked, calls } = dashboard();
  const served = await serve(web);
  const open = fetch(served.url).then((response) => response.text());
  await isAsked;

  const stopped = served.stop();
  await expect(fetch(served.url)).rejects.toThrow();
  answer();

  expect(await open).toBe("done");
  expect(await stopped).toBe(0);
  expect(calls).toEqual(["answered", "closed"]);
});

test("what was begun for a browser that has gone is waited for as well", async () => {
  const { web, answer, isAsked, calls } = dashboard();
  const served = await serve(web);
  const browser = new AbortController();
  const open = fetch(served.url, { signal: browser.signal }).catch(() => "gone");
  await isAsked;
  browser.abort();
  expect(await open).toBe("gone");

  const stopped = served.stop();
  // Time enough for a stop that waits for nothing.
  for (let turn = 0; turn < 100; turn++) await setImmediate();
  expect(calls).toEqual([]);
  answer();
  await stopped;

  expect(calls).toEqual(["answered", "closed"]);
});

test("a request that does not end is cut, and counted", async () => {
  const { web, isAsked, calls } = dashboard();
  const served = await serve(web, 20);
  const open = fetch(served.url).catch(() => "cut");
  await isAsked;

  expect(await served.stop()).toBe(1);

  expect(await open).toBe("cut");
  expect(calls).toEqual(["closed"]);
});

test("a connection that is kept and idle holds up nothing", async () => {
  const { web, answer } = dashboard();
  const served = await serve(web);
  answer();
  await (await fetch(served.url)).text();

  expect(await served.stop()).toBe(0);
});

test("an answer that breaks off is told to the log, without what was asked for in the address", async () => {
  const web: Web = Object.assign(
    async () =>
      new Response(
        new ReadableStream({
          pull: () => {
            throw new Error("the tab's own database is away");
          },
        }),
      ),
    { close: async () => {} },
  );
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const served = await serveWeb(web, { host: "127.0.0.1", port: 0, logger });

  await expect(fetch(`${served.url}retries?q=secret`)).rejects.toThrow();
  await served.stop();

  expect(lines).toMatchObject([
    {
      level: 50,
      method: "GET",
      path: "/retries",
      err: { message: "the tab's own database is away" },
      msg: "An answer could not be sent",
    },
  ]);
});
