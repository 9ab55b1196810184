/** What `tsq top` says of the row that one is on, and where there is none. */
import { expect, test } from "vitest";
import { jidOf } from "../../support/failed-jobs.ts";
import { looking, pictureOfRows, pressed, rowsOf, textsOf } from "../../support/top-state.ts";

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
