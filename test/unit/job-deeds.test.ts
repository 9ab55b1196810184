/** What can be done to a job stands in one table: the keys of `tsq top`, the lists of commands and their help keep to it. */
import { JobRecord } from "@tsq/core/api";
import type { JobPlace } from "@tsq/core/api";
import { JOB_DEEDS } from "@tsq/core/config";
import type { JobDeed } from "@tsq/core/config";
import { expect, test } from "vitest";
import { payloadOf } from "../support/failed-jobs.ts";
import { COMMANDS, listsFor, verbsOf } from "../support/inside-tsq.ts";

const PLACES = ["running", "queue", "retry", "scheduled", "dead"] as const;
// What needs a queue or a time beside a yes has no key.
const KEYS: Readonly<Partial<Record<JobDeed, string>>> = {
  retry: "R",
  add_to_queue: "E",
  kill: "K",
  delete: "D",
  cancel: "C",
};

test.each(PLACES)("a job that is %s has a key for each in tsq top, and no other", (place) => {
  // Where it is decides, and nothing else of it.
  const at = { place, job: new JobRecord(payloadOf({ jid: "a1" })) } as unknown as JobPlace;

  const keys = verbsOf({ kind: "job", at }).map(({ key }) => key);

  expect(keys.toSorted()).toEqual(JOB_DEEDS[place].flatMap((deed) => KEYS[deed] ?? []).toSorted());
});

const COMMAND_OF: readonly (readonly [string, readonly JobDeed[]])[] = [
  ["retry", ["retry", "add_to_queue"]],
  ["kill", ["kill"]],
  ["delete", ["delete"]],
  ["move", ["move"]],
  ["cancel", ["cancel"]],
];
const LIST_OF = { running: "running", queue: "queues", retry: "retry", scheduled: "scheduled", dead: "dead" };

test.each(COMMAND_OF)(
  "tsq %s takes the lists whose jobs it can be done to, and its help names them",
  (name, deeds) => {
    const places = PLACES.filter((place) => deeds.some((deed) => JOB_DEEDS[place].includes(deed)));
    const spec = COMMANDS.find((command) => command.name === name);
    const help = spec && "more" in spec ? (spec.more ?? "") : "";

    const named = new Set([...help.matchAll(/--in\s(\w+)(?!\w|:)/g)].map(([, list = ""]) => list));

    expect(deeds.flatMap(listsFor).toSorted()).toEqual(places.map((place) => LIST_OF[place]).toSorted());
    expect([...named].toSorted()).toEqual(places.map((place) => LIST_OF[place]).toSorted());
    expect(help.includes("--in queue:NAME")).toBe(places.includes("queue"));
  },
);
