/** What is typed where a door asks: the yes that it asks for does what was asked about, and all else does nothing and says so. */
import { beforeEach, describe, expect, test } from "vitest";
import { trail } from "../../support/door-world.ts";
import { LOW } from "../../support/doors.ts";
import type { Wish } from "../../support/doors.ts";
import { fail, jidOf, payloadOf } from "../../support/failed-jobs.ts";
import { DOOR_NAMES, setDoors } from "../../support/three-doors.ts";
import type { DoorName } from "../../support/three-doors.ts";

const stage = setDoors();

const MANY = 100;
const jobs = (count: number) => Array.from({ length: count }, (_, i) => ({ jid: jidOf(i) }));

interface Asked {
  readonly what: string;
  readonly wish: Wish;
  readonly put: (count: number) => Promise<unknown>;
  readonly size: () => Promise<number>;
}

const ASKED: readonly Asked[] = [
  {
    what: "a deletion",
    wish: { verb: "delete", place: "retry", jid: undefined },
    put: (count) => fail(stage.redis, jobs(count)),
    size: () => stage.redis.zcard("retry"),
  },
  {
    what: "a clearing",
    wish: { verb: "clear", queue: LOW },
    put: async (count) => {
      await stage.redis.sadd("queues", LOW);
      await stage.redis.lpush(`queue:${LOW}`, ...jobs(count).map(payloadOf));
    },
    size: () => stage.redis.llen(`queue:${LOW}`),
  },
];

/** A form of few has nothing to type in: whoever does not mean it goes back. */
const ALL = DOOR_NAMES;
const TYPING: readonly DoorName[] = ["terminal", "top"];

const YES: readonly (readonly [count: number, types: string, doors: readonly DoorName[]])[] = [
  [2, "y", TYPING],
  // The screen takes one letter.
  [2, "yes", ["terminal"]],
  [2, "Y", ["terminal"]],
  [MANY, `${MANY}`, ALL],
  [MANY, ` ${MANY} `, ALL],
  // As it stands in the question of a thousand.
  [MANY, "1,00", TYPING],
];

const NO: typeof YES = [
  [2, "n", TYPING],
  [2, "", TYPING],
  [2, "2", TYPING],
  [2, "Y", ["top"]],
  [MANY, "y", ALL],
  [MANY, "", ALL],
  [MANY, `${MANY - 1}`, ALL],
  [MANY, `${MANY}0`, ALL],
];

const cellsOf = (answers: typeof YES) =>
  answers.flatMap(([count, types, doors]) => doors.map((door) => ({ count, types, door })));

describe.each(ASKED)("$what", ({ wish, put, size }) => {
  let asked: string;
  const answers = async (name: DoorName, count: number, types: string) => {
    await put(count);
    return stage.door(name)({ ...wish, types }, async (question) => void (asked = question));
  };
  beforeEach(() => {
    asked = "";
  });

  test.each(cellsOf(YES))("of $count is done on `$types` by the $door", async ({ count, types, door }) => {
    const answer = await answers(door, count, types);

    expect(asked).toContain(`${count} jobs`);
    expect(answer?.ended).toBe("well");
    expect(await size()).toBe(0);
    expect((await trail(stage.redis)).map((entry) => [entry.outcome, entry.count])).toEqual([
      ["done", count],
    ]);
  });

  test.each(cellsOf(NO))("of $count is not done on `$types` by the $door", async ({ count, types, door }) => {
    const answer = await answers(door, count, types);

    expect(asked).toContain(`${count} jobs`);
    expect(answer).toEqual(
      door === "dashboard"
        ? { ended: "wrong", says: expect.stringMatching(new RegExp(`\\b${MANY}\\b`)) }
        : { ended: "well", says: expect.stringMatching(/^Nothing was done\.$/m) },
    );
    expect(await size()).toBe(count);
    expect((await trail(stage.redis)).filter((entry) => entry.count > 0)).toEqual([]);
  });
});
