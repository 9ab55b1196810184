/** What a key means of a class. */
import { Filter, JobRecord } from "@tsq/core/api";
import { expect, test } from "vitest";
import { listOf } from "../../support/inside-tsq.ts";
import { looking, pictureOfRows, pressed } from "../../support/top-state.ts";

test("Enter on a class leads to its retries, and to no others, whatever stands in its name", () => {
  const metrics = looking(
    {
      ...pictureOfRows([]),
      of: "metrics",
      rows: [{ key: "Odd*Job", cells: ["Odd*Job"], target: { kind: "class", name: "Odd*Job" } }],
    },
    { tab: "metrics" },
  );
  const { state } = pressed(metrics, "enter");

  expect(state.place).toEqual({ tab: "retries" });
  expect(Filter.parse(listOf(state).filter).matches(new JobRecord('{"class":"Odd*Job"}'))).toBe(true);
  expect(Filter.parse(listOf(state).filter).matches(new JobRecord('{"class":"OddOtherJob"}'))).toBe(false);
});
