/** One of the calls that may be on their way to `fetch.lua` at a time, and what such a call carries. */
import { splitHeld } from "@tsq/core/protocol";
import type { FetchArgs } from "@tsq/core/protocol";
import type { Calls } from "./calls.ts";
import type { NamedQueues } from "../named-queues.ts";
import type { ReliableUnit } from "./reliable-unit.ts";
import type { Asked } from "./slots.ts";

/** Numbers its calls, so that the script knows one that is sent twice. */
export class Lane {
  readonly field: string;
  seq = 0;
  call: FetchCall | undefined;

  constructor(index: number) {
    this.field = `#${index}`;
  }

  /** The number of its last call that has been answered. */
  get answered(): number {
    return this.call ? this.seq - 1 : this.seq;
  }
}

/** All lanes of a capsule. Two, because then one call is on its way while the other's jobs run. */
export class Lanes {
  readonly #first = new Lane(0);
  readonly #second = new Lane(1);
  readonly all: readonly Lane[] = [this.#first, this.#second];

  /** What the server must know of, or it is an older one. */
  answered(): Calls {
    return { first: this.#first.answered, second: this.#second.answered };
  }

  otherThan(lane: Lane): Lane {
    return lane === this.#first ? this.#second : this.#first;
  }

  /** One that has no call on its way. */
  get idle(): Lane | undefined {
    return this.all.find(({ call }) => !call);
  }

  /** Whether every call on its way has been refused: then nothing changes the hash but us. */
  get areRefused(): boolean {
    return this.all.every(({ call }) => !call || call.isRefused);
  }

  /** How many calls are on their way. */
  get calling(): number {
    return this.all.reduce((count, lane) => (lane.call ? count + 1 : count), 0);
  }

  /** Numbers calls from 1 again, those on their way included. */
  restart(): void {
    for (const lane of this.all) lane.seq = lane.call ? 1 : 0;
  }
}

/** A job that came by a pad. Without a unit there was no room for it: it goes back. */
export interface Landing {
  readonly pad: number;
  readonly unit: ReliableUnit | undefined;
  /** What the call that carries it says of it. */
  op: "adopt" | "done" | "back" | undefined;
  /** The job is on no pad: a server that came back older has it in its slot by now, or has forgotten it. */
  isOffPad: boolean;
  /** The call has been answered. */
  readonly cleared: () => void;
}

export interface FetchCall extends Asked {
  readonly lane: Lane;
  readonly queues: NamedQueues;
  readonly landings: readonly Landing[];
  /** The hash was not as we left it: nothing was done, and it is sent again once that is put right. */
  isRefused: boolean;
}

const NO_SLOT = "..";

/** The call as `fetch.lua` reads it, all but the weights. */
export const argsOf = (
  { lane, queues, fill, giveBack, ended, landings }: FetchCall,
  lanes: Lanes,
): Omit<FetchArgs, "weights"> => ({
  lane: lane.field,
  seq: lane.seq,
  other: lanes.otherThan(lane).answered,
  slots: fill.join("") + giveBack.join(""),
  moved: ended.map((unit) => (unit.state === "moved" ? unit.slot : "")).join(""),
  wanted: fill.length,
  offset: Math.random(),
  landings: landings.filter(({ isOffPad }) => !isOffPad).map((landing) => landingArg(landing, queues)),
});

const landingArg = (landing: Landing, queues: NamedQueues): string => {
  const { unit } = landing;
  landing.op ??= unit === undefined || unit.isGone ? "back" : unit.hasEnded ? "done" : "adopt";
  const queue = queues.numberOf(landing.pad);
  if (landing.op === "done") return `*${NO_SLOT}${queue}`;
  return `${landing.op === "adopt" ? "+" : "<"}${unit?.slot ?? NO_SLOT}${queue}`;
};

type Reply = readonly [number, ...unknown[]];
type Take = (slot: string, queue: string, text: string) => void;

/**
 * Hands over the jobs of a reply: `1`, then queue numbers and their payloads in the order of the slots to fill.
 *
 * @returns the slots that stayed empty
 */
export const takeJobs = (reply: Reply, call: FetchCall, take: Take): readonly string[] => {
  if (reply[0] === -1) return takeAgain(reply[1] as readonly (string | null)[], call, take);
  let taken = 0;
  for (let at = 1; at < reply.length; at += 2) {
    const queue = call.queues.names[(reply[at] as number) - 1] as string;
    for (const text of reply[at + 1] as readonly string[]) take(call.fill[taken++] as string, queue, text);
  }
  return call.fill.slice(taken);
};

/** The call had been executed and its reply was lost: what its slots hold is what it had taken. */
const takeAgain = (values: readonly (string | null)[], call: FetchCall, take: Take): readonly string[] => {
  const empty: string[] = [];
  for (const [i, slot] of call.fill.entries()) {
    const value = values[i];
    if (typeof value !== "string") {
      empty.push(slot);
      continue;
    }
    const { queue, text } = splitHeld(value);
    take(slot, queue, text);
  }
  return empty;
};
