/** What the buttons of the retry set, the scheduled set and the dead set do, with the paths and fields of Sidekiq::Web. */
import { MalformedPayloadError } from "@tsq/core";
import type { SortedEntry } from "@tsq/core/api";
import { plain } from "../answers.ts";
import { listOfSet } from "../bulk/bulk-list.ts";
import { valuesOf } from "../request/form.ts";
import type { Route } from "../route.ts";
import type { Reason } from "../security/permissions.ts";
import { isOfQuestion, startBulk } from "../routes/bulk.ts";
import { actionOf, carryOut, SETS } from "../sets.ts";
import type { SetKind, Verb } from "../sets.ts";
import type { Visit } from "../visit.ts";
import { saidOf } from "./said.ts";
import type { Tally } from "./said.ts";

const actionsOf = (kind: SetKind): readonly Route[] => [
  {
    method: "POST",
    path: kind.path,
    answer: (visit) => actOn(visit, kind, valuesOf(visit.form, "key")),
  },
  ...Object.entries(kind.all).map(([verb, carryOutAll]): Route => ({
    method: "POST",
    path: `${kind.path}/all/${verb}`,
    // The keys of `all` are verbs.
    action: actionOf("set", verb as Verb),
    subject: () => ({ set: kind.set }),
    answer: async (visit) => {
      // From the question of the dashboard it is about what was counted there; as Sidekiq::Web sends it, about all.
      if (isOfQuestion(visit.form)) return startBulk(visit, listOfSet(visit.api, kind), verb as Verb);
      const count = await carryOutAll(visit.api);
      visit.counts(count);
      return visit.done(kind.path, saidOf(verb as Verb, { done: count, gone: 0, malformed: 0 }));
    },
  })),
  {
    method: "POST",
    path: `${kind.path}/:key`,
    answer: (visit) => actOn(visit, kind, [visit.params["key"] ?? ""]),
  },
];

/** Does what the form asks for to the entries with these keys. */
const actOn = async (visit: Visit, kind: SetKind, keys: readonly string[]): Promise<Response> => {
  const verb = kind.verbs.find((one) => visit.form.has(one));
  // Sidekiq::Web does nothing either, and says nothing.
  if (verb === undefined || keys.length === 0) return visit.done(back(visit, kind));
  const entries = await entriesOf(visit, kind, keys);
  for (const entry of entries) {
    const why = await whyNot(visit, kind, verb, entry);
    if (why !== undefined) return plain(why, 403);
  }
  const tally = await tallied(entries, verb);
  visit.counts(tally.done);
  const gone = tally.gone + keys.length - entries.length;
  return visit.done(back(visit, kind), saidOf(verb, { ...tally, gone }));
};

const entriesOf = async (visit: Visit, kind: SetKind, keys: readonly string[]): Promise<SortedEntry[]> => {
  const set = kind.open(visit.api);
  const found = await Promise.all([...new Set(keys)].map((key) => set.findEntry(key)));
  return found.filter((entry) => entry !== undefined);
};

const whyNot = (visit: Visit, kind: SetKind, verb: Verb, entry: SortedEntry): Promise<Reason> => {
  const { queue, displayClass, jid } = entry;
  return visit.permissions.why(actionOf("job", verb), {
    set: kind.set,
    ...(queue !== undefined && { queue }),
    ...(displayClass !== undefined && { class: displayClass }),
    ...(jid !== undefined && { jid }),
  });
};

const tallied = async (entries: readonly SortedEntry[], verb: Verb): Promise<Tally> => {
  const tally = { done: 0, gone: 0, malformed: 0 };
  for (const entry of entries) {
    try {
      if (await carryOut(entry, verb)) tally.done += 1;
      else tally.gone += 1;
    } catch (error) {
      // Among others that can be moved there may be something that is no job.
      if (!(error instanceof MalformedPayloadError)) throw error;
      tally.malformed += 1;
    }
  }
  return tally;
};

/** The list as it was looked at: Sidekiq::Web keeps the query of the page that the form was on. */
const back = (visit: Visit, { path }: SetKind): string => {
  const [, query = ""] = visit.cameFrom("").split("?");
  return query === "" ? path : `${path}?${query}`;
};

export const SET_ACTIONS: readonly Route[] = SETS.flatMap(actionsOf);
