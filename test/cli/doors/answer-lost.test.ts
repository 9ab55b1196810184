/**
 * Redis has done what somebody asked for by a door, and its answer is lost with the connection: it is asked again on a new one.
 * What can be asked twice is told as ever; of all else nobody is told that it was not done, nor that it was gone.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { DEED_CELLS, doneWell, prepare, worldOf } from "../../support/deed-cells.ts";
import type { DeedCell } from "../../support/deed-cells.ts";
import { trail } from "../../support/door-world.ts";
import { LOW } from "../../support/doors.ts";
import { setRedis } from "../../support/empty-redis.ts";
import { openDoors } from "../../support/three-doors.ts";
import { setLostAnswer } from "../../support/troubled-redis.ts";

const stage = setRedis();
const lostAnswer = setLostAnswer(stage);

/** Twice is as good as once. */
const ASKED_AGAIN = ["cancel", "pause", "resume", "quiet", "stop", "enable", "disable"];
const isAskedAgain = ({ wish: { verb } }: DeedCell): boolean => ASKED_AGAIN.includes(verb);
const isOfAll = ({ wish }: DeedCell): boolean => "place" in wish && wish.jid === undefined;
/** Jobs of a queue go one by one, and those of a set as many as there are. */
const isOneByOne = (cell: DeedCell): boolean =>
  isOfAll(cell) && "place" in cell.wish && cell.wish.place === "queue";

const UNKNOWN = /The connection to Redis was lost before it said whether .* that may have been done or not/;

const does = async ({ wish, door }: DeedCell) => {
  await prepare(stage.redis, wish);
  const trouble = lostAnswer();
  const doors = await openDoors(trouble.url);
  onTestFinished(() => doors.close());
  return doors.door(door)(wish, trouble.begin);
};

describe("is told as it was done", () => {
  test.each(DEED_CELLS.filter(isAskedAgain))("$title by the $door", async (cell) => {
    const well = await doneWell(stage, cell);

    const answer = await does(cell);

    expect({ world: await worldOf(stage.redis), trail: await trail(stage.redis), answer }).toEqual(well);
  });
});

describe("is told to be unknown", () => {
  const cells = DEED_CELLS.filter((cell) => !isAskedAgain(cell));

  test.each(cells.filter((cell) => cell.door !== "dashboard" || !isOfAll(cell)))(
    "$title by the $door",
    async (cell) => {
      const well = await doneWell(stage, cell);

      const answer = await does(cell);

      const world = await worldOf(stage.redis);
      if (isOneByOne(cell)) expect(world.jobs[`queue:${LOW}`]).toEqual(["a", "other"]);
      else expect(world).toEqual(well.world);
      expect(answer).toEqual({ ended: "wrong", says: expect.stringMatching(UNKNOWN) });
      expect(answer?.says).not.toMatch(/Nothing was done|was not done/);
      expect(await trail(stage.redis)).toEqual([
        { ...well.trail[0], outcome: "failed", count: 0, note: expect.stringMatching(UNKNOWN) },
      ]);
    },
  );

  test.each(cells.filter((cell) => cell.door === "dashboard" && isOfAll(cell)))(
    "$title by the $door, which goes on with what is left",
    async (cell) => {
      const well = await doneWell(stage, cell);

      const answer = await does(cell);

      expect(await worldOf(stage.redis)).toEqual(well.world);
      expect(answer).toEqual(well.answer);
      expect(await trail(stage.redis)).toEqual([
        {
          ...well.trail[0],
          // What is done again is counted; that of which no answer came is not.
          count: isOneByOne(cell) ? 1 : 0,
          note: `an answer of Redis was lost: more may be done: ${well.trail[0]?.note}`,
        },
      ]);
    },
  );
});
