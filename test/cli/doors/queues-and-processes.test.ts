/**
 * What is done to a queue and to a process through each of the three doors: the same in Redis and in the audit trail, and told in
 * like words; where not, DIFFERENCES says why.
 */
import { describe, expect, test, vi } from "vitest";
import { IDENTITY, put, refuse, trail } from "../../support/door-world.ts";
import type { Entry } from "../../support/door-world.ts";
import { LOW } from "../../support/doors.ts";
import type { Wish } from "../../support/doors.ts";
import { DOOR_NAMES, setDoors } from "../../support/three-doors.ts";
import type { DoorName } from "../../support/three-doors.ts";

const stage = setDoors();

interface Outcome {
  /** Keys with how much is in them. */
  readonly left: Readonly<Record<string, number>>;
  readonly trail: readonly Entry[];
  readonly ended: "well" | "wrong";
  readonly says: RegExp;
}

interface Cell {
  readonly verb: "pause" | "resume" | "clear" | "quiet" | "stop";
  readonly happens: "there" | "already" | "gone" | "grown" | "grown, clocks ahead" | "breaks off";
  readonly is: Outcome;
}

const entry = (action: string, count: number, subject: string, note = ""): Entry => ({
  action,
  outcome: "done",
  count,
  subject,
  note,
});
const [PAUSE, CLEAR] = ["queue.pause", "queue.clear"];
const WAITING = { [`queue:${LOW}`]: 2, queues: 1 };
const PAUSED = { ...WAITING, paused: 1 };
const ALIVE = { processes: 1, [IDENTITY]: 7 };
const TOLD = { ...ALIVE, [`${IDENTITY}-signals`]: 1 };
const BROKEN = { ended: "wrong", says: /answered `ERR broken on purpose`/ } as const;
const failed = (action: string, subject: string, note: string): Entry => ({
  ...entry(action, 0, subject, expect.stringContaining(note) as string),
  outcome: "failed",
});

const order = (verb: "quiet" | "stop"): readonly Cell[] => [
  {
    verb,
    happens: "there",
    is: {
      left: TOLD,
      trail: [entry(`process.${verb}`, 1, IDENTITY)],
      ended: "well",
      says: /^Told web-1:1:a/,
    },
  },
  {
    verb,
    happens: "gone",
    is: {
      left: {},
      trail: [entry(`process.${verb}`, 0, IDENTITY)],
      ended: "well",
      says: /has ended|has gone/,
    },
  },
  {
    verb,
    happens: "breaks off",
    is: {
      left: ALIVE,
      trail: [failed(`process.${verb}`, IDENTITY, "WRONGTYPE ")],
      ended: "wrong",
      says: /holds something else under /,
    },
  },
];

const CELLS: readonly Cell[] = [
  {
    verb: "pause",
    happens: "there",
    is: { left: PAUSED, trail: [entry(PAUSE, 1, LOW)], ended: "well", says: /^low is paused/ },
  },
  {
    verb: "pause",
    happens: "already",
    is: { left: PAUSED, trail: [entry(PAUSE, 0, LOW)], ended: "well", says: /^low (?:was|is) paused/ },
  },
  {
    verb: "pause",
    happens: "breaks off",
    is: { ...BROKEN, left: WAITING, trail: [failed(PAUSE, LOW, "ERR broken on purpose")] },
  },
  {
    verb: "resume",
    happens: "there",
    is: {
      left: WAITING,
      trail: [entry(PAUSE, 1, LOW, "resumed")],
      ended: "well",
      says: /^low is (?:resumed|no longer paused)/,
    },
  },
  {
    verb: "resume",
    happens: "already",
    is: {
      left: WAITING,
      trail: [entry(PAUSE, 0, LOW, "resumed")],
      ended: "well",
      says: /^low (?:was not|is no longer) paused/,
    },
  },
  {
    verb: "resume",
    happens: "breaks off",
    is: { ...BROKEN, left: PAUSED, trail: [failed(PAUSE, LOW, "ERR broken on purpose")] },
  },
  {
    verb: "clear",
    happens: "there",
    is: { left: {}, trail: [entry(CLEAR, 2, LOW)], ended: "well", says: /\b2 jobs\b/ },
  },
  {
    verb: "clear",
    happens: "gone",
    is: { left: {}, trail: [entry(CLEAR, 0, LOW)], ended: "well", says: /\b0 jobs\b/ },
  },
  {
    verb: "clear",
    happens: "grown",
    is: {
      left: { [`queue:${LOW}`]: 1, queues: 1 },
      trail: [entry(CLEAR, 2, LOW)],
      ended: "well",
      says: /\b2 jobs\b/,
    },
  },
  {
    verb: "clear",
    happens: "grown, clocks ahead",
    is: {
      left: { [`queue:${LOW}`]: 1, queues: 1 },
      trail: [entry(CLEAR, 2, LOW)],
      ended: "well",
      says: /\b2 jobs\b.*(?: 1 has come since|Waiting: 1$)/,
    },
  },
  {
    verb: "clear",
    happens: "breaks off",
    is: {
      left: { queues: 1 },
      trail: [failed(CLEAR, LOW, "WRONGTYPE ")],
      ended: "wrong",
      says: /holds something else under /,
    },
  },
  ...order("quiet"),
  ...order("stop"),
];

interface Difference {
  readonly door: DoorName;
  readonly why: string;
  readonly where: (cell: Cell) => boolean;
  readonly is: (usual: Outcome, cell: Cell) => Outcome;
}

const isOrder = ({ verb }: Cell): boolean => verb === "quiet" || verb === "stop";

const DIFFERENCES: readonly Difference[] = [
  {
    door: "top",
    why: "One key does both: what somebody else has done meanwhile is said, and it asks whether the opposite is meant.",
    where: ({ happens }) => happens === "already",
    is: (usual, { verb }) =>
      verb === "pause"
        ? { ...usual, left: WAITING, trail: [entry(PAUSE, 1, LOW, "resumed")], says: /^low is resumed/ }
        : { ...usual, left: PAUSED, trail: [entry(PAUSE, 1, LOW)], says: /^low is paused/ },
  },
  {
    door: "dashboard",
    why: "Its sentences are those of its pages.",
    where: (cell) => isOrder(cell) && cell.happens === "there",
    is: (usual) => ({ ...usual, says: /^web-1:1 (?:takes no more|stops)/ }),
  },
];

const wishOf = (verb: Cell["verb"]): Wish =>
  verb === "quiet" || verb === "stop" ? { verb, identity: IDENTITY } : { verb, queue: LOW };

const happen = async ({ verb, happens }: Cell): Promise<void> => {
  const { redis } = stage;
  if (happens === "already") await (verb === "pause" ? redis.sadd("paused", LOW) : redis.srem("paused", LOW));
  if (happens === "gone" && verb === "clear") await redis.del(`queue:${LOW}`, "queues");
  if (happens === "grown") await put(redis, "queue", ["late"]);
  // All who push have clocks that are ahead.
  if (happens === "grown, clocks ahead") await put(redis, "queue", ["late"], 2);
  if (happens === "gone" && verb !== "clear") await redis.del("processes", IDENTITY, `${IDENTITY}:work`);
  // Part of a transaction, which Redis refuses by what lies there.
  if (happens === "breaks off") {
    if (verb === "quiet" || verb === "stop") await redis.set(`${IDENTITY}-signals`, "no list");
    else if (verb === "clear") await redis.set(`queue:${LOW}`, "no list");
    else refuse(/^s(?:add|rem)$/, LOW);
  }
};

const left = async (): Promise<Outcome["left"]> => {
  const { redis } = stage;
  const sizes = {
    [`queue:${LOW}`]: await redis.llen(`queue:${LOW}`).catch(() => 0),
    queues: await redis.scard("queues"),
    paused: await redis.scard("paused"),
    processes: await redis.scard("processes"),
    [IDENTITY]: await redis.hlen(IDENTITY),
    [`${IDENTITY}-signals`]: await redis.llen(`${IDENTITY}-signals`).catch(() => 0),
  };
  return Object.fromEntries(Object.entries(sizes).filter(([, size]) => size > 0));
};

describe.each(CELLS)("$verb $happens", (cell) => {
  test.each(DOOR_NAMES)("%s", async (name) => {
    const place = cell.verb === "quiet" || cell.verb === "stop" ? "running" : "queue";
    await put(stage.redis, place, ["a", "b"], cell.happens === "grown, clocks ahead" ? 2 : -1);
    await stage.redis.del(`${IDENTITY}:work`);
    if (cell.verb === "resume") await stage.redis.sadd("paused", LOW);

    const answer = await stage.door(name)(wishOf(cell.verb), () => happen(cell));

    vi.restoreAllMocks();
    const differences = DIFFERENCES.filter(({ door, where }) => door === name && where(cell));
    const expected = differences.reduce((usual, { is }) => is(usual, cell), cell.is);
    expect({ left: await left(), trail: await trail(stage.redis), ...answer }).toEqual({
      ...expected,
      says: expect.stringMatching(expected.says),
    });
  });
});

test.each(DIFFERENCES)("a door differs where it is said: $why", ({ where }) => {
  expect(CELLS.some(where)).toBe(true);
});
