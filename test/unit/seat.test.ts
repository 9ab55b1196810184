/** A capsule's seat among those that wait for the same queues: what it asks Redis, and what it makes of the answers. */
import type { Redis } from "@tsq/core/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Seat } from "../support/inside-worker.ts";

// Longer than a lease that nobody renews.
const LONG_MS = 2_600;

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

type Answer = [role: number, watchman: string | null, deputy: string | null];

interface Server {
  /** What the leases are. */
  held: (string | null)[];
  watch: () => Promise<Answer>;
  ring: () => Promise<number>;
}

/** A seat among those of queue `a`, the server that it asks, and what it has asked there. */
const seatAt = (server: Partial<Server> = {}) => {
  const asked: string[] = [];
  const told: string[] = [];
  const at: Server = {
    held: [null, null],
    watch: () => Promise.resolve([0, "other 1", "third 1"]),
    ring: () => Promise.resolve(1),
    ...server,
  };
  const redis = {
    mget: () => {
      asked.push("looks");
      return Promise.resolve(at.held);
    },
    evalsha: (_sha: string, keys: number, ...rest: (string | number)[]) => {
      const [me, ...args] = rest.slice(keys);
      if (keys === 3) {
        asked.push(`rings ${args.slice(0, 2).join(" ")}`);
        return at.ring();
      }
      asked.push(`asks as ${me}: turn ${args[0]}, called ${args[2]}, stale [${args[3]}] [${args[4]}]`);
      return at.watch();
    },
  };
  const witness = {
    ended: () => told.push("ended"),
    answered: () => told.push("answered"),
    failing: (error: Error) => told.push(error.message),
  };
  const seat = new Seat(redis as unknown as Redis, "me", witness);
  seat.take(["queue:a"]);
  asked.length = 0;
  return { seat, asked, told, at };
};

const ANSWERS = {
  standby: [0, "other 1", "third 1"],
  deputy: [1, "other 1", "me 1"],
  watchman: [2, "me 1", null],
  watchmanWithDeputy: [3, "me 1", "other 1"],
} satisfies Record<string, Answer>;

const having = async (answer: Answer, server: Partial<Server> = {}) => {
  const made = seatAt({ watch: () => Promise.resolve(answer), ...server });
  await made.seat.ask(false);
  made.asked.length = 0;
  return made;
};

test.each([
  ["standby", ANSWERS.standby],
  ["deputy", ANSWERS.deputy],
  ["watchman", ANSWERS.watchman],
  ["watchman", ANSWERS.watchmanWithDeputy],
] as const)("is that of the %s when Redis answers so", async (role, answer) => {
  const { seat, told } = seatAt({ watch: () => Promise.resolve([...answer] as Answer) });

  expect(await seat.ask(false)).toBe(role);

  expect(seat.role).toBe(role);
  expect(told).toEqual(["answered"]);
});

describe("who stands by", () => {
  const OTHERS = ["other 1", "third 1"];

  test("asks nothing while others have both leases, and looks", async () => {
    const { seat, asked } = seatAt({ held: OTHERS });

    expect(await seat.ask(false)).toBe("standby");

    expect(asked).toEqual(["looks"]);
  });

  test.each([
    { of: "is free", held: ["other 1", null] },
    { of: "of the watchman is free", held: [null, "third 1"] },
    { of: "is its own", held: ["me 1", "third 1"] },
    { of: "of the deputy is its own", held: ["other 1", "me 1"] },
  ])("asks for a lease that $of", async ({ held }) => {
    const { seat, asked } = seatAt({ held });

    await seat.ask(false);

    expect(asked).toEqual(["looks", "asks as me: turn 1, called 0, stale [] []"]);
  });

  test("takes nobody for itself whose name begins with its own", async () => {
    const { seat, asked } = seatAt({ held: ["me2 1", "meme 1"] });

    await seat.ask(false);

    expect(asked).toEqual(["looks"]);
  });

  test("asks at once when it is called", async () => {
    const { seat, asked } = seatAt({ held: OTHERS });

    await seat.ask(true);

    expect(asked).toEqual(["asks as me: turn 1, called 1, stale [] []"]);
  });

  test.each([
    { whose: "the watchman's", renewed: ["other 1", "third 2"], stale: "[other 1] []" },
    { whose: "the deputy's", renewed: ["other 2", "third 1"], stale: "[] [third 1]" },
    { whose: "each", renewed: ["other 1", "third 1"], stale: "[other 1] [third 1]" },
  ])("asks for what nobody has renewed for as long as a lease lasts: $whose", async ({ renewed, stale }) => {
    const { seat, asked, at } = seatAt({ held: OTHERS });
    await seat.ask(false);
    vi.advanceTimersByTime(LONG_MS);
    at.held = renewed;

    await seat.ask(false);

    expect(asked).toEqual(["looks", "looks", `asks as me: turn 1, called 0, stale ${stale}`]);
  });

  test("has seen what it was answered, too", async () => {
    const { seat, asked, at } = seatAt({ held: OTHERS });
    await seat.ask(true);
    vi.advanceTimersByTime(LONG_MS);
    at.held = ["other 1", "third 1"];

    await seat.ask(false);

    expect(asked.slice(1)).toEqual(["looks", "asks as me: turn 2, called 0, stale [other 1] [third 1]"]);
  });

  test("asks nothing more when it has left meanwhile: nobody would give it back", async () => {
    const { seat, asked } = seatAt();
    const asking = seat.ask(false);

    await seat.leave();

    expect(await asking).toBe("standby");
    expect(asked).toEqual(["looks", "rings giveBack 1"]);
  });
});

describe("when Redis refuses", () => {
  const refused = (message: string) => seatAt({ watch: () => Promise.reject(new Error(message)) });

  test("each looks for itself, and why is told", async () => {
    const { seat, told } = refused("NOPERM no permission");

    expect(await seat.ask(false)).toBe("watchman");

    expect(told).toEqual(["NOPERM no permission"]);
    expect(await seat.handOn()).toBe(false);
  });

  test("nobody is handed the watch, whoever was deputy before", async () => {
    const { seat, asked, at } = await having(ANSWERS.watchmanWithDeputy);
    at.watch = () => Promise.reject(new Error("NOPERM no permission"));
    await seat.ask(false);
    asked.length = 0;

    expect(await seat.handOn()).toBe(false);

    expect(asked).toEqual([]);
  });

  test("for a reason of which others tell, nothing is told", async () => {
    const { seat, told } = refused("OOM command not allowed when used memory > 'maxmemory'.");

    expect(await seat.ask(false)).toBe("watchman");

    expect(told).toEqual([]);
  });
});

describe("a watchman", () => {
  test("hands on to a deputy, and stands by from then on", async () => {
    const { seat, asked } = await having(ANSWERS.watchmanWithDeputy);
    expect(seat.ageMs).toBeLessThan(1);

    expect(await seat.handOn()).toBe(true);

    expect(asked).toEqual(["rings handOn 2"]);
    expect({ role: seat.role, ageMs: seat.ageMs }).toEqual({ role: "standby", ageMs: Infinity });
    expect(await seat.handOn()).toBe(false);
  });

  test("keeps its seat when the deputy has gone", async () => {
    const { seat } = await having(ANSWERS.watchmanWithDeputy, { ring: () => Promise.resolve(0) });

    expect(await seat.handOn()).toBe(false);

    expect(seat.role).toBe("watchman");
    expect(await having(ANSWERS.watchman).then((alone) => alone.seat.handOn())).toBe(false);
  });
});

describe("a deputy", () => {
  test("hands nothing on", async () => {
    const { seat, asked } = await having(ANSWERS.deputy);

    expect(await seat.handOn()).toBe(false);

    expect(asked).toEqual([]);
  });

  test("is watchman when it takes over, and hands on to the deputy that it has called", async () => {
    const { seat, asked } = await having(ANSWERS.deputy);

    const taking = seat.takeOver();

    expect(seat.role).toBe("watchman");
    expect(await taking).toBe(true);
    expect({ role: seat.role, asked }).toEqual({ role: "watchman", asked: ["rings takeOver 2"] });
    expect(await seat.handOn()).toBe(true);
    expect({ role: seat.role, asked: asked.slice(1) }).toEqual({
      role: "standby",
      asked: ["rings handOn 3"],
    });
  });

  test("stands by when it was none any more", async () => {
    const { seat } = await having(ANSWERS.deputy, { ring: () => Promise.resolve(0) });

    expect(await seat.takeOver()).toBe(false);

    expect(seat.role).toBe("standby");
  });
});

test("a seat is asked for anew after a while, by its age", async () => {
  const { seat } = await having(ANSWERS.watchman);

  vi.advanceTimersByTime(700);

  expect(seat.ageMs).toBe(700);
});

test("whoever waits for other queues gives its seat back, and of no queues there is none", async () => {
  const { seat, asked } = await having(ANSWERS.watchman);
  const before = seat.bellKey;
  seat.take(["queue:b", "queue:a"]);
  expect({ role: seat.role, asked }).toEqual({ role: "standby", asked: ["rings giveBack 2"] });
  expect(seat.bellKey).not.toBe(before);
  const both = seat.bellKey;
  seat.take(["queue:a", "queue:b"]);
  expect(seat.bellKey).toBe(both);

  seat.take([]);
  asked.length = 0;
  await seat.pass();

  expect({ bellKey: seat.bellKey, asked }).toEqual({ bellKey: undefined, asked: [] });
});

test("who was called and cannot come calls the next one", async () => {
  const { seat, asked } = seatAt();

  await seat.pass();

  expect(asked).toEqual(["rings pass 1"]);
});
