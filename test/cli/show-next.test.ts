/** What `tsq show` names that one may type next. */
import { expect, test } from "vitest";
import { fail, jidOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";

const shell = setShell();
const { shown } = shell;

test.each([
  ["retry", ["retry", "cancel", "kill", "delete"]],
  ["dead", ["retry", "delete"]],
  ["schedule", ["retry", "cancel", "kill", "delete"]],
] as const)("show of a job in %s names all that can be done to it there", async (set, verbs) => {
  await fail(shell.redis, [{ jid: jidOf(1) }], set);

  const text = await shown("show", jidOf(1));

  expect([...text.matchAll(/tsq (\w+) 0+1\b/g)].map(([, verb]) => verb)).toEqual(verbs);
});

test("show of a scheduled job names the retry that puts it on its queue now", async () => {
  await fail(shell.redis, [{ jid: jidOf(1) }], "schedule");

  const text = await shown("show", jidOf(1));

  expect(text).toMatch(new RegExp(`^Next +tsq retry ${jidOf(1)} --in scheduled$`, "m"));
  expect((await shell.yes("retry", jidOf(1), "--in", "scheduled")).code).toBe(0);
});
