/** What the run of examples/rails says when the Rails app does not answer. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../support/free-port.ts";

interface Asking {
  readonly ask: (url: string, options?: RequestInit, giveUpAfterMs?: number) => Promise<Response>;
}

// In a variable, because TypeScript has no types of the example's own scripts.
const SCRIPT = "../../examples/rails/run/ask.mjs";
const { ask } = (await import(SCRIPT)) as Asking;

test("a request that is refused says which it was, and the cause that fetch hides", async () => {
  const url = `http://127.0.0.1:${await freePort()}/contacts`;

  await expect(ask(url, { method: "POST" })).rejects.toThrow(
    new RegExp(`^POST ${url} was not answered: fetch failed: .*ECONNREFUSED`),
  );
});

test("a request that nobody answers ends", async () => {
  const silent = createServer();
  onTestFinished(() => void silent.close());
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;

  await expect(ask(url, {}, 100)).rejects.toThrow(/^GET .* was not answered: .*timeout/);
});
