/** What workers have kept of a job's runs, on the terminal. */
import { expect, test } from "vitest";
import { fail, jidOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";

const shell = setShell();
const { shown, json } = shell;

test("show has the failures that workers have kept, each with its error", async () => {
  await fail(shell.redis, [{ jid: jidOf(1) }]);
  const atMs = 1_700_000_000_000;
  const failure = { attempt: 4, error_class: "Oops", error_message: "no card", identity: "web:1:a", ms: 3 };
  await shell.redis.zadd(`tsq:attempts:${jidOf(1)}`, atMs, JSON.stringify({ atMs, ...failure }));

  const { attempts } = await json<Record<string, unknown>>("show", jidOf(1));

  expect(await shown("show", jidOf(1))).toMatch(/failed \(attempt 4\),.*:\s+Oops:\s+no\s+card/s);
  expect(attempts).toEqual([{ at: "2023-11-14T22:13:20.000Z", ...failure }]);
});
