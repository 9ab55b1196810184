/** What a command tells somebody to allow, against the scripts that it runs. */
import { expect, test } from "vitest";
import { COMMANDS, NEEDED_RIGHTS } from "../support/inside-tsq.ts";
import { commandsIn, NOT_REACHED, SCRIPTS_OF } from "../support/scripts-of-commands.ts";

test.each(Object.entries(SCRIPTS_OF))("%s needs what %j may send, and is told so", (name, scripts) => {
  const sent = new Set(scripts.flatMap((script) => [...commandsIn(script)]));
  const [rights, others] = [NEEDED_RIGHTS[name] ?? [], NOT_REACHED[name] ?? []];

  expect([...sent].filter((one) => !rights.includes(one) && !others.includes(one))).toEqual([]);
  expect(others.filter((one) => !sent.has(one))).toEqual([]);
  expect(rights).toEqual(expect.arrayContaining(["evalsha", "eval"]));
});

test("who runs no script is not told to allow any", () => {
  const without = Object.keys(NEEDED_RIGHTS).filter((name) => SCRIPTS_OF[name] === undefined);
  expect(without.filter((name) => NEEDED_RIGHTS[name]?.includes("evalsha"))).toEqual([]);
});

/** What needs no Redis, and what needs the rule of workers, dashboards or readers as a whole: docs/operating.md names them. */
const WITHOUT_A_ROW = ["cron next", "dev", "doctor", "top", "web", "work"];

test("each command has a row, but for those that are meant to have none", () => {
  const names = COMMANDS.flatMap((one) =>
    "commands" in one ? one.commands.map(({ name }) => `${one.name} ${name}`) : [one.name],
  );
  expect([...Object.keys(NEEDED_RIGHTS), ...WITHOUT_A_ROW].toSorted()).toEqual(names.toSorted());
});
