/**
 * What is done to jobs through each of the three doors, beside one another: commands, `tsq top`, and forms of the dashboard. They
 * leave the same in Redis and in the audit trail, and say the same of it; where not, DIFFERENCES says why.
 */
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { CELLS, jobEntry, lastOf, outcomeOf, WITHOUT } from "../../support/door-outcomes.ts";
import type { Cell, Outcome } from "../../support/door-outcomes.ts";
import { JIDS, left, put, refuseDeedsTo, takeAway, trail } from "../../support/door-world.ts";
import type { Left } from "../../support/door-world.ts";
import { LOW } from "../../support/doors.ts";
import type { JobPlaceName, JobVerb, JobWish } from "../../support/doors.ts";
import { DOOR_NAMES, openDoors, setDoors } from "../../support/three-doors.ts";
import type { DoorName } from "../../support/three-doors.ts";

const stage = setDoors();

interface Difference {
  readonly door: DoorName;
  readonly why: string;
  readonly where: (cell: Cell) => boolean;
  /** Undefined where there is no such button or key. */
  readonly is: ((usual: Outcome, cell: Cell) => Outcome) | undefined;
}

const isOne = ({ of }: Cell): boolean => of === "one";
const isGone = ({ happens }: Cell): boolean => happens === "gone";
const isCancel = ({ verb }: Cell): boolean => verb === "cancel";

const DIFFERENCES: readonly Difference[] = [
  {
    door: "top",
    why: "A move needs the name of a queue beside the yes, for which the screen has no field.",
    where: ({ verb }) => verb === "move",
    is: undefined,
  },
  {
    door: "top",
    why: "Processes stand in the list of what runs: jobs in it are ticked, and never all that a filter means.",
    where: ({ place, of }) => place === "running" && of === "all",
    is: undefined,
  },
  {
    door: "dashboard",
    why: "A cancel has a button where something runs: of what waits a deletion says it better, and of many one.",
    where: (cell) => isCancel(cell) && !isOne(cell),
    is: undefined,
  },
  {
    door: "dashboard",
    why: "The same: a form for one that waits does nothing, and counts 0.",
    where: (cell) => isCancel(cell) && isOne(cell) && cell.place !== "running",
    is: ({ left: now }, cell) => ({
      left: without(now, "cancelled"),
      trail: [jobEntry(cell, { count: 0, known: !isGone(cell) })],
      ended: "well",
      says: /^It was not done/,
    }),
  },
  {
    door: "dashboard",
    why: "It says by the page of the job whether that runs still, and cancels nothing else.",
    where: (cell) => isCancel(cell) && isOne(cell) && cell.place === "running",
    is: (usual, cell) =>
      isGone(cell)
        ? {
            ...usual,
            left: without(usual.left, "cancelled"),
            trail: [jobEntry(cell, { count: 0, known: false })],
            says: /^It was not done/,
          }
        : { ...usual, trail: [jobEntry(cell)], says: /^It is cancelled/ },
  },
  {
    door: "dashboard",
    why: "The right is asked for each job, and stands in the trail with it. Others name jobs of a list, as a filter does.",
    where: (cell) => isOne(cell) && !isGone(cell) && !isCancel(cell),
    is: (usual, cell) => ({ ...usual, trail: [jobEntry(cell)] }),
  },
  {
    door: "dashboard",
    why: "Of what is in no set and on no queue any more no right is asked, and nothing is written.",
    where: (cell) =>
      isOne(cell) && isGone(cell) && (cell.place !== "queue" || cell.verb === "move") && !isCancel(cell),
    is: (usual) => ({ ...usual, trail: [], says: /^1 job had gone already/ }),
  },
  {
    door: "dashboard",
    why: "A queue is looked through when the right has been asked: the entry counts 0, of what was named.",
    where: ({ verb, place, ...cell }) =>
      cell.of === "one" && cell.happens === "gone" && place === "queue" && verb === "delete",
    is: (usual, cell) => ({
      ...usual,
      trail: [{ ...jobEntry(cell, { count: 0 }), subject: LOW }],
      says: /^1 job had gone already/,
    }),
  },
  {
    door: "dashboard",
    why: "The form is that of the page of the job, which may be anywhere.",
    where: ({ verb, place, ...cell }) =>
      cell.of === "one" && cell.happens === "gone" && place === "queue" && verb === "kill",
    is: (usual, cell) => ({
      ...usual,
      trail: [jobEntry(cell, { count: 0, known: false })],
      says: /^It was not done/,
    }),
  },
  {
    door: "dashboard",
    why: "Work that ends well and soon leads to its list, which shows it; other work has a page that says how far it came.",
    where: (cell) => !isOne(cell) && !isCancel(cell),
    is: (usual, { happens }) => ({
      ...usual,
      says:
        happens === "breaks off" ? /(?:1 job was|0 jobs were) [\s\S]*answered `ERR broken on purpose`/ : /^$/,
    }),
  },
];

const without = (all: Left, key: string): Left =>
  Object.fromEntries(Object.entries(all).filter(([one]) => one !== key));

const happen = async ({ place, happens }: Cell): Promise<void> => {
  if (happens === "gone") await takeAway(stage.redis, place, "a");
  if (happens === "grown") await put(stage.redis, place, ["late"]);
  if (happens === "grown, clocks ahead") await put(stage.redis, place, ["late"], -1);
  if (happens === "breaks off") refuseDeedsTo(lastOf(place));
};

describe.each(CELLS)("$verb $of $place $happens", (cell) => {
  test.each(DOOR_NAMES)("%s", async (name) => {
    await put(stage.redis, cell.place, ["a", "b", "other"], cell.happens === "grown, clocks ahead" ? 2 : -1);

    const wish = { verb: cell.verb, place: cell.place, jid: cell.of === "one" ? JIDS.a : undefined };
    const answer = await stage.door(name)(wish, () => happen(cell));

    vi.restoreAllMocks();
    const differences = DIFFERENCES.filter(({ door, where }) => door === name && where(cell));
    const expected = differences.reduce<Outcome | undefined>(
      (usual, { is }) => usual && is?.(usual, cell),
      outcomeOf(cell, stage.server.url),
    );
    if (!expected) return expect(answer).toBeUndefined();
    expect({ left: await left(stage.redis), trail: await trail(stage.redis), ...answer }).toEqual({
      ...expected,
      says: expect.stringMatching(expected.says),
    });
  });
});

/** What one job is said to be where a verb is not for it. */
const WHERE = {
  running: "running",
  queue: "on its queue",
  retry: "in the retry set",
  scheduled: "in the scheduled set",
  dead: "in the dead set",
} as const;
const KEYS = { retry: "R", kill: "K", delete: "D", cancel: "C" } as const;

type Refusal = readonly [wish: Partial<JobWish>, says: RegExp | undefined];
type Refusals = (verb: JobVerb, place: JobPlaceName) => readonly Refusal[];

const ONE = { jid: JIDS.a };

/** How each door refuses what is not for a place. Undefined where there is no such button or key. */
const REFUSALS: Readonly<Record<DoorName, Refusals>> = {
  terminal: (verb, place) => {
    const list = place === "queue" ? `queue:${LOW}` : place;
    const noList = new RegExp(`^Expected --in of tsq ${verb} to be one of [^\`]+, got \`${list}\``);
    const elsewhere = `^Expected the jid of a job that tsq ${verb} can be used on here, got \`${JIDS.a}\`, which is ${WHERE[place]}\\.`;
    return [
      [ONE, noList],
      [{}, noList],
      [{ ...ONE, isAnywhere: true }, new RegExp(elsewhere)],
      [{ isAnywhere: true }, /^Nothing matches, and nothing was done\.$/m],
    ];
  },
  top: (verb, place) => {
    const noKey = verb === "move" ? undefined : new RegExp(`^${KEYS[verb]} does nothing here: `);
    return [
      [ONE, noKey],
      // Jobs that run are ticked one by one.
      [{}, place === "running" ? undefined : noKey],
    ];
  },
  dashboard: (verb, place) => {
    // Sidekiq::Web says nothing either of a field that is not for its page.
    const isUnknown = verb === "move" || (verb === "kill" && place === "dead");
    return [
      [ONE, isUnknown ? /^$/ : /^It was not done/],
      [{}, undefined],
    ];
  },
};

describe.each(WITHOUT)("no %s of what is in %s", (verb, place) => {
  test.each(DOOR_NAMES)("%s", async (name) => {
    await put(stage.redis, place, ["a", "b", "other"]);
    const before = await left(stage.redis);

    for (const [more, says] of REFUSALS[name](verb, place)) {
      const answer = await stage.door(name)({ verb, place, jid: undefined, ...more }, async () => {});

      expect(answer?.says).toEqual(says && expect.stringMatching(says));
      expect(await left(stage.redis)).toEqual(before);
    }
    expect((await trail(stage.redis)).filter(({ count }) => count > 0)).toEqual([]);
  });

  test("no button on the page of the job", async () => {
    await put(stage.redis, place, ["a"]);
    // One that has shown no page before keeps nothing of it.
    const doors = await openDoors(stage.server.url);
    onTestFinished(() => doors.close());

    const page = await doors.page(`/jobs/${JIDS.a}`);

    expect(page).toContain(JIDS.a);
    expect(page).not.toMatch(new RegExp(`name="${verb}"|/jobs/${JIDS.a}/${verb}"`));
  });
});

test.each(DIFFERENCES)("a door differs where it is said: $why", ({ where }) => {
  expect(CELLS.some(where)).toBe(true);
});
