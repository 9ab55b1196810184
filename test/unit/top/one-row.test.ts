/** What `tsq top` says of the row that one is on, and where there is none. */
import type { ProcessRecord } from "@tsq/core/api";
import { expect, test } from "vitest";
import { jidOf } from "../../support/failed-jobs.ts";
import { looking, pictureOfRows, pressed, rowsOf, textsOf, typed } from "../../support/top-state.ts";

test("the jid and the error of the row that one is on are at the foot of a list", () => {
  const jobs = [{ jid: jidOf(1) }, { jid: jidOf(2), message: "card declined" }];
  const retries = looking(pictureOfRows(rowsOf(jobs), { total: 2 }));

  expect(textsOf(retries).at(-3)).toBe(`  ${jidOf(1)}  RuntimeError: boom`);
  expect(textsOf(pressed(retries, "j").state).at(-3)).toBe(`  ${jidOf(2)}  RuntimeError: card declined`);
});

test("a key says that there is no job where the list is empty, and another that it does nothing there", () => {
  const empty = looking(pictureOfRows([], { total: 0 }));

  expect(pressed(empty, "R").state.said).toBe("There is no job to retry here.");
  expect(pressed(empty, "E").state.said).toBe("E does nothing here: ? lists the keys.");
});

test("a key for running jobs says on the row of a process that it is about one of those", () => {
  const process = { identity: "web-1:1:a", isQuiet: false } as ProcessRecord;
  const busy = looking(
    pictureOfRows([{ key: "p", cells: ["web-1:1"], target: { kind: "process", process } }]),
  );

  expect(pressed(busy, "C").state.said).toBe("C is about a job: go to the row of one.");
  expect(pressed(busy, "R").state.said).toBe("R does nothing here: ? lists the keys.");
});

test.each([
  ["MailerJob", "For a class write class:MailerJob, for a jid jid:JID."],
  ["class:Nobody", undefined],
])(
  "a filter %s that nothing matches says how a name is asked for, where it has one alone",
  (filter, said) => {
    const { state } = pressed(
      looking(pictureOfRows(rowsOf([{ jid: "a1" }]))),
      "/",
      ...typed(filter),
      "enter",
    );
    const nothing = pictureOfRows([], { total: 12, looked: 12 });

    const text = textsOf({ ...state, picture: nothing }, { columns: 60, rows: 24 })
      .join(" ")
      .replaceAll(/\s+/g, " ");

    expect(text).toContain("None of 12 matches.");
    if (said === undefined) expect(text).not.toContain("For a class");
    else expect(text).toContain(said);
  },
);
