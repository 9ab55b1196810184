/** What workers have kept of a job's runs, on the terminal. */
import { expect, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
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

const ended = (more: object = {}): Promise<number> => {
  const fields = { class: "HardJob", queue: "low", as: "done", identity: "web:1:a", ms: 1_234, ...more };
  const atMs = Date.now() - 90_000;
  return shell.redis.zadd("tsq:finished", atMs, JSON.stringify({ atMs, jid: jidOf(7), ...fields }));
};

test("show says of a job that has ended when, where, how, and how long it took", async () => {
  await ended({ waited: 250 });

  const text = await shown("show", jidOf(7));
  expect(text).toMatch(/^Ended +\d{4}-\d\d-\d\d [\d:]+ UTC, 1m ago: done$/m);
  expect(text).toMatch(/^Class +HardJob\nQueue +low$/m);
  expect(text).toMatch(/^In +web:1:a\nTook +1\.2 s\nWaited +250 ms$/m);
  expect(await json("show", jidOf(7))).toMatchObject({
    jid: jidOf(7),
    place: "ended",
    process: "web:1:a",
    args: null,
    ended: { as: "done", ms: 1_234, waited_ms: 250 },
  });
});

test("what ended a job that did not end well is said in words, on one line, and inert", async () => {
  await ended({ as: "drop", class: "Evil\u001b[2J\nJob" });

  expect(await shown("show", jidOf(7))).toMatch(/1m ago: failed, without a\s+retry$/m);
  expect(await shown("show", jidOf(7))).toContain("Evil\\x1b[2J\\nJob");
});

test("nobody says of a job that has ended that it waits nowhere, where queues were not looked through", async () => {
  await ended({ as: "drop" });
  const others = Array.from({ length: 1_001 }, (_, i) => payloadOf({ jid: `other${i}`, queue: "low" }));
  for (let i = 0; i < 100; i++) await shell.push("low", ...others);
  const behind = /only the first 100,\d{3} jobs on queues were looked at, and it may wait again behind them/;

  const text = await shown("show", jidOf(7));
  const { code, stderr } = await shell.yes("retry", jidOf(7));

  expect(text.replace(/\s+/g, " ")).toMatch(behind);
  expect([code, stderr]).toEqual([1, expect.stringMatching(behind)]);
});

test("a command that needs a job says of one that has ended that it has", async () => {
  await ended({ identity: "web:1:\u001b[2J" });

  const { code, stderr } = await shell.yes("retry", jidOf(7));

  expect(code).toBe(1);
  expect(stderr).toMatch(/which ended at [\d: -]+ UTC in web:1:\\x1b\[2J: done\.\n$/);
});
