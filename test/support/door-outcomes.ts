/** What a deed to jobs is to leave, in Redis and in the audit trail, and what is to be said of it, whatever door it came through. */
import { BROKEN, JIDS } from "./door-world.ts";
import type { Entry, Left, Letter } from "./door-world.ts";
import { BULK, LOW, QUERY } from "./doors.ts";
import type { JobPlaceName, JobVerb } from "./doors.ts";

/** While somebody is asked nothing happens, one has gone, one has come; or it breaks off at the last. */
type Case = "there" | "gone" | "grown" | "grown, clocks ahead" | "breaks off";

export interface Cell {
  readonly verb: JobVerb;
  readonly place: JobPlaceName;
  readonly of: "one" | "all";
  readonly happens: Case;
}

export interface Outcome {
  readonly left: Left;
  readonly trail: readonly Entry[];
  readonly ended: "well" | "wrong";
  readonly says: RegExp;
}

const CASES = { one: ["there", "gone"], all: ["there", "gone", "grown", "breaks off"] } as const;
const casesOf = (of: Cell["of"], place: JobPlaceName): readonly Case[] =>
  // On a queue what has come is known by its place, and not by its time.
  of === "all" && place === "queue" ? [...CASES.all, "grown, clocks ahead"] : CASES[of];

/** What can be done where, written down here by itself: a product that takes more, or less, is told by it. */
const POSSIBLE: Readonly<Record<JobPlaceName, readonly JobVerb[]>> = {
  running: ["cancel"],
  queue: ["kill", "delete", "move", "cancel"],
  retry: ["retry", "kill", "delete", "move", "cancel"],
  scheduled: ["retry", "kill", "delete", "move", "cancel"],
  dead: ["retry", "delete", "move"],
};
const PLACES = ["running", "queue", "retry", "scheduled", "dead"] as const;
const VERBS = POSSIBLE.retry;

/** Each verb with each place where it can be used. */
export const PAIRS: readonly (readonly [verb: JobVerb, place: JobPlaceName])[] = PLACES.flatMap((place) =>
  POSSIBLE[place].map((verb) => [verb, place] as const),
);

export const CELLS: readonly Cell[] = PAIRS.flatMap(([verb, place]) =>
  (["one", "all"] as const).flatMap((of) =>
    casesOf(of, place).map((happens) => ({ verb, place, of, happens })),
  ),
);

/** What the table has not: no door leads to it. */
export const WITHOUT: readonly (readonly [verb: JobVerb, place: JobPlaceName])[] = PLACES.flatMap((place) =>
  VERBS.filter((verb) => !POSSIBLE[place].includes(verb)).map((verb) => [verb, place] as const),
);

/** As the audit trail names it: what has not failed is put on its queue before its time. */
const deedOf = (verb: JobVerb, place: JobPlaceName): string =>
  verb === "retry" && place === "scheduled" ? "add_to_queue" : verb;

/** A queue is gone through from its new end. */
export const lastOf = (place: JobPlaceName): Letter => (place === "queue" ? "a" : "b");

const doneOf = ({ verb, place, of, happens }: Cell): readonly Letter[] => {
  const meant: readonly Letter[] = of === "one" ? ["a"] : ["a", "b"];
  // A mark is by the jid alone: what has left its list runs perhaps.
  if (happens === "gone") return verb === "cancel" ? meant : meant.filter((letter) => letter !== "a");
  if (happens !== "breaks off") return meant;
  // A hundred go to their queues in one script.
  if (verb === "retry") return [];
  return meant.filter((letter) => letter !== lastOf(place));
};

const KEYS = {
  retry: "retry",
  scheduled: "schedule",
  dead: "dead",
  queue: `queue:${LOW}`,
  running: "running",
};

const leftOf = (cell: Cell): Left => {
  const { verb, place, happens } = cell;
  const done = doneOf(cell);
  const isMovedInSet = verb === "move" && place !== "queue";
  const stays: readonly Letter[] = ["a", "b", "late", "other"];
  const own = stays.flatMap((letter) => {
    if (letter === "late" && !happens.startsWith("grown")) return [];
    if (letter === "a" && happens === "gone") return [];
    if (!done.includes(letter) || verb === "cancel") return [letter];
    return isMovedInSet ? [`${letter}*`] : [];
  });
  const to = { retry: "queue:default", kill: "dead", move: isMovedInSet ? "" : `queue:${BULK}`, delete: "" };
  const target = verb === "cancel" ? "cancelled" : to[verb];
  const moved = done.map((letter) => (verb === "move" ? `${letter}*` : letter));
  return {
    [KEYS[place]]: own,
    ...(target !== "" && moved.length > 0 && { [target]: moved }),
  };
};

const problemOf = (url: string): string => `Redis at ${url} answered \`${BROKEN}\`. Look it up in its log.`;

const entryOf = (cell: Cell, url: string): Entry => {
  const { verb, place, of, happens } = cell;
  const { length: count } = doneOf(cell);
  const isBroken = happens === "breaks off";
  const outcome = isBroken ? "failed" : "done";
  const problem = isBroken ? `${problemOf(url)}: ` : "";
  if (verb === "cancel") {
    const list = place === "queue" ? `queue:${LOW}` : place;
    const subject = count === 1 ? JIDS[doneOf(cell)[0] ?? "a"] : `${count} jobs`;
    return {
      action: "job.cancel",
      outcome,
      count,
      subject,
      note: of === "one" ? "" : `${problem}${QUERY} in ${list}`,
    };
  }
  const deed = deedOf(verb, place);
  const [what, how] = of === "one" ? [`jid:${JIDS.a}`, ""] : [QUERY, problem];
  const [from, to] = [place === "queue" ? LOW : KEYS[place], verb === "move" ? BULK : ""];
  return {
    action: place === "queue" ? `queue.${deed === "delete" ? "clear" : deed}` : `set.${deed}`,
    outcome,
    count,
    subject: [from, to].filter((part) => part !== "").join(" "),
    note: `${how}${[what, to].filter((part) => part !== "").join(" → ")}`,
  };
};

const saysOf = (cell: Cell): RegExp => {
  const { verb, happens } = cell;
  const { length: done } = doneOf(cell);
  if (happens === "breaks off")
    return done > 0 ? /^At least 1 of 2 jobs was / : /answered `ERR broken on purpose`/;
  if (happens === "gone" && verb !== "cancel") return /1 had gone already/;
  return new RegExp(`^${done} jobs? `);
};

/** @param url of the Redis */
export const outcomeOf = (cell: Cell, url: string): Outcome => ({
  left: leftOf(cell),
  trail: [entryOf(cell, url)],
  ended: cell.happens === "breaks off" ? "wrong" : "well",
  says: saysOf(cell),
});

/** As a form of the dashboard has a job: by all that is known of it. */
export const jobEntry = (cell: Cell, { count = 1, known = true } = {}): Entry => {
  const { verb, place } = cell;
  const [to, deed] = [verb === "move" ? [BULK] : [], deedOf(verb, place)];
  const from = place === "queue" ? [LOW] : place === "running" ? ["default"] : [KEYS[place], "default"];
  const subject = known ? [...from, ...to, "HardJob", JIDS.a] : [JIDS.a];
  return { action: `job.${deed}`, outcome: "done", count, subject: subject.join(" "), note: to.join("") };
};
