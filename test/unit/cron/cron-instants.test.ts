/** The checker of the fleet in compressed time sees what it is there to see. */
import { parseCron } from "@tsq/cron";
import { expect, test } from "vitest";
import { judgeInstants } from "../../support/cron-instants.ts";

const at = (time: string): number => Date.parse(`2030-01-01T${time}Z`);
/** Instants at 0:10, 0:20, 0:30, 0:40. */
const judge = (times: readonly string[], missed: readonly string[] = []) =>
  judgeInstants({
    expression: parseCron("*/10 * * * * UTC"),
    startMs: at("00:00:00"),
    endMs: at("00:45:00"),
    datesMs: times.map(at),
    isMissed: (iso) => missed.includes(iso.slice(11, 19)),
  });
const GOOD = ["00:10:02", "00:20:05", "00:30:01", "00:40:09"];

test("each instant with its job is right", () => {
  expect(judge(GOOD)).toEqual({ instants: 4, missed: 0, repaired: 0, wrong: [] });
});

test("an instant without a job is wrong, and one that was told as missed is not", () => {
  const times = GOOD.filter((time) => !time.startsWith("00:20"));
  expect(judge(times).wrong).toEqual(["2030-01-01T00:20:00.000Z: not fired, and not told"]);
  expect(judge(times, ["00:20:00"])).toMatchObject({ missed: 1, wrong: [] });
});

test("an instant with two jobs is wrong", () => {
  expect(judge([...GOOD, "00:20:30"]).wrong).toEqual([
    "2030-01-01T00:20:00.000Z: fired 2 times, at 00:20:05 and 00:20:30",
  ]);
});

test("a job that another fired later, in an outage's wake or by a clock that is behind is of the instant that has none", () => {
  for (const late of ["00:30:40", "00:40:20", "00:19:10"])
    expect(judge(["00:10:02", "00:30:01", "00:40:09", late])).toMatchObject({ repaired: 1, wrong: [] });
});

test("a job too much makes up for no instant before its own clock", () => {
  expect(judge(["00:10:02", "00:10:30", "00:20:05", "00:30:01"]).wrong).toHaveLength(2);
});

test("a job of the very second of an instant is of that one, also where a clock that is ahead has told it as missed", () => {
  const times = ["00:10:02", "00:20:00", "00:30:01", "00:40:09"];
  const answer = judge(times, ["00:20:00"]);

  expect(answer).toEqual({ instants: 4, missed: 0, repaired: 0, wrong: [] });
});
