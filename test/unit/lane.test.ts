/** What a fetch call says and carries, and what its reply is taken for. */
import { describe, expect, test } from "vitest";
import { argsOf, Landings, Lanes, NamedQueues, takeJobs } from "../support/inside-worker.ts";
import type { FetchCall, Landing, ReliableUnit } from "../support/inside-worker.ts";

const QUEUES = NamedQueues.of("capsule", ["a", "b", "c"]);

/** Of a unit a call knows where it is, and how it stands. */
const unitIn = (slot: string, state = "held"): ReliableUnit => {
  const isGone = state === "gone" || state === "over";
  const hasEnded = state === "ended" || state === "moved" || state === "over";
  const adopted = (): void => {};
  return { slot, state, isGone, hasEnded, adopted } as unknown as ReliableUnit;
};

const callOf = (lanes: Lanes, given: Partial<FetchCall> = {}): FetchCall => {
  const [lane] = lanes.all;
  if (!lane) throw new Error("Expected a lane.");
  return {
    lane,
    queues: QUEUES,
    fill: [],
    giveBack: [],
    ended: [],
    landings: [],
    isRefused: false,
    ...given,
  };
};

const landing = (pad: number, unit: ReliableUnit | undefined): Landing => ({
  pad,
  unit,
  op: undefined,
  isOffPad: false,
  cleared: () => {},
});

describe("lanes", () => {
  const sent = () => {
    const lanes = new Lanes();
    const [first, second] = lanes.all;
    if (!first || !second) throw new Error("Expected two lanes.");
    return { lanes, first, second };
  };

  test("have been answered all calls but the one that is on its way", () => {
    const { lanes, first, second } = sent();
    Object.assign(first, { seq: 4, call: callOf(lanes) });
    second.seq = 2;

    expect(lanes.answered()).toEqual({ first: 3, second: 2 });
    expect({ idle: lanes.idle, calling: lanes.calling }).toEqual({ idle: second, calling: 1 });
    second.call = callOf(lanes);
    expect({ idle: lanes.idle, calling: lanes.calling }).toEqual({ idle: undefined, calling: 2 });
  });

  test("are refused when every call that is on its way is", () => {
    const { lanes, first, second } = sent();
    expect(lanes.areRefused).toBe(true);
    first.call = callOf(lanes);
    expect(lanes.areRefused).toBe(false);
    first.call.isRefused = true;
    expect(lanes.areRefused).toBe(true);
    second.call = callOf(lanes);
    expect(lanes.areRefused).toBe(false);
  });

  test("number their calls from 1 again, also those that are on their way", () => {
    const { lanes, first, second } = sent();
    Object.assign(first, { seq: 4, call: callOf(lanes) });
    second.seq = 2;

    lanes.restart();

    expect([first.seq, second.seq]).toEqual([1, 0]);
    expect([lanes.otherThan(first), lanes.otherThan(second)]).toEqual([second, first]);
    expect([first.field, second.field]).toEqual(["#0", "#1"]);
  });
});

describe("a call", () => {
  test("names its lane and how far the other one is, its slots, and which of them hold marks", () => {
    const lanes = new Lanes();
    Object.assign(lanes.all[0] ?? {}, { seq: 5 });
    Object.assign(lanes.all[1] ?? {}, { seq: 7, call: callOf(lanes) });

    const call = callOf(lanes, {
      fill: ["00", "01"],
      giveBack: ["02"],
      ended: [unitIn("00", "moved"), unitIn("02", "ended"), unitIn("01", "moved")],
    });

    expect(argsOf(call, lanes)).toMatchObject({
      lane: "#0",
      seq: 5,
      other: 6,
      slots: "000102",
      moved: "0001",
      wanted: 2,
      landings: [],
    });
  });

  test.each([
    { of: "runs", unit: unitIn("00"), says: "+002" },
    { of: "has ended", unit: unitIn("00", "ended"), says: "*..2" },
    { of: "was given away", unit: unitIn("00", "gone"), says: "<002" },
    { of: "was given away and has ended", unit: unitIn("00", "over"), says: "<002" },
    { of: "had no room", unit: undefined, says: "<..2" },
  ])("says $says of a job on the second pad that $of", ({ unit, says }) => {
    const lanes = new Lanes();

    expect(argsOf(callOf(lanes, { landings: [landing(1, unit)] }), lanes).landings).toEqual([says]);
  });

  test("names the pad by its place among the queues of the call", () => {
    const lanes = new Lanes();
    const queues = QUEUES.only((place) => place > 0);

    expect(argsOf(callOf(lanes, { queues, landings: [landing(2, unitIn("00"))] }), lanes).landings).toEqual([
      "+002",
    ]);
  });

  test("that is sent again says the same of a job that has ended since, and nothing of one that is on no pad any more", () => {
    const lanes = new Lanes();
    const [runs, gone] = [landing(0, unitIn("00")), landing(1, unitIn("01"))];
    const call = callOf(lanes, { landings: [runs, gone] });
    expect(argsOf(call, lanes).landings).toEqual(["+001", "+012"]);

    Object.assign(runs.unit ?? {}, { hasEnded: true, state: "ended" });
    gone.isOffPad = true;

    expect(argsOf(call, lanes).landings).toEqual(["+001"]);
  });
});

describe("a reply", () => {
  const takenOf = (reply: Parameters<typeof takeJobs>[0], fill: readonly string[]) => {
    const taken: string[] = [];
    const call = callOf(new Lanes(), { fill });
    const empty = takeJobs(reply, call, (...job) => void taken.push(job.join(" ")));
    return { taken, empty };
  };

  test("fills the slots in their order, by the numbers of the queues", () => {
    expect(takenOf([1, 3, ["x", "y"], 1, ["z"]], ["00", "01", "02", "03"])).toEqual({
      taken: ["00 c x", "01 c y", "02 a z"],
      empty: ["03"],
    });
  });

  test("to a call that was done before tells what its slots hold by now", () => {
    expect(takenOf([-1, ["\nb\nx", null, '{"queue":"c"}', "given back"]], ["00", "01", "02"])).toEqual({
      taken: ["00 b x", '02 c {"queue":"c"}'],
      empty: ["01"],
    });
  });
});

test("jobs that landed are carried by one call, whose answer ends their adoption", async () => {
  const landings = new Landings();
  const unit = unitIn("00", "landed");
  let adopted = 0;
  Object.assign(unit, { adopted: () => adopted++ });
  landings.add(1, unit);
  landings.add(2, undefined);
  expect(landings.waiting).toBe(2);

  const taken = landings.take();

  expect(taken.map(({ pad, unit: carried }) => [pad, carried])).toEqual([
    [1, unit],
    [2, undefined],
  ]);
  expect({ waiting: landings.waiting, left: landings.all() }).toEqual({ waiting: 0, left: [] });
  for (const one of taken) landings.settle(one);
  await unit.adoption;
  expect(adopted).toBe(1);
});
