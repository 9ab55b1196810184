/** One text, one instant: in a filter, in a form of the dashboard, and behind a flag. */
import { Filter } from "@tsq/core/api";
import { describe, expect, test } from "vitest";
import { writtenTime } from "../support/inside-tsq.ts";
import { timeToCome, UTC } from "../support/inside-web.ts";

const NOW = Date.UTC(2030, 0, 1);
const AT = Date.UTC(2030, 1, 28, 9, 15);

/** Undefined of each that refuses it. */
const readersOf = (text: string) => {
  const orNothing = (read: () => number): number | undefined => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };
  const form = timeToCome(text, NOW, UTC);
  return {
    filter: orNothing(() => Filter.parse(`after:"${text}"`).boundsAt(NOW).fromMs),
    form: "at" in form ? form.at.getTime() : undefined,
    flag: orNothing(() => writtenTime("--at", text) * 1_000),
  };
};

describe("means the same wherever it is typed, in any zone of the machine", () => {
  test.each([
    ["2030-02-28", Date.UTC(2030, 1, 28)],
    ["2030-02-28T09:15", AT],
    ["2030-02-28 09:15", AT],
    ["2030-02-28T09:15:00.250", AT + 250],
    ["2030-02-28T09:15Z", AT],
    ["2030-02-28 09:15 UTC", AT],
    ["2030-02-28T11:15+02:00", AT],
    ["2030-02-28T11:15+0200", AT],
    ["2030-02-28T06:15-03:00", AT],
    ["1903456000", 1_903_456_000_000],
  ])("%s", (text, ms) => {
    expect(readersOf(text)).toEqual({ filter: ms, form: ms, flag: ms });
  });

  test.each([
    "2030-02-31",
    "2030-02-31T08:30Z",
    "2030-13-01",
    "2030-02-28T24:00Z",
    "2030-02-28T09:60",
    "2030-02-28T09:15+25:00",
    "2030-02-28T09:15 ",
    "tomorrow",
    "28.02.2030",
  ])("%j is none anywhere", (text) => {
    const { filter, form, flag } = readersOf(text);

    // A form's field is without the spaces around it.
    expect({ filter, form: text.endsWith(" ") ? undefined : form, flag }).toEqual({
      filter: undefined,
      form: undefined,
      flag: undefined,
    });
  });
});
