/** What the buttons of the retry set, the scheduled set and the dead set do, with the paths and fields of Sidekiq::Web. */
import type { ApiConnection } from "@tsq/core/api";
import { plain } from "../answers.ts";
import { listOfSet } from "../bulk/bulk-list.ts";
import { TARGET_VERBS } from "../bulk/target.ts";
import { FAR_LOOK_COST } from "../request/cost.ts";
import { costOfKeys, jidsIn, keysIn, whyTooMany } from "../request/keys.ts";
import type { Asking, Route } from "../route.ts";
import { isOfQuestion, startBulk } from "../routes/bulk.ts";
import { retarget } from "../routes/retarget.ts";
import { saidOf } from "../routes/said.ts";
import { entriesOf, listAgain, tallied } from "../routes/set-entries.ts";
import { subjectOfJob } from "../security/subject-of.ts";
import { actionOf, carryOut, SETS } from "../sets.ts";
import type { SetKind, Verb } from "../sets.ts";
import type { Visit } from "../visit.ts";

// A second or two.
const MOST_AT_ONCE = 10_000;

const actionsOf = (kind: SetKind): readonly Route[] => [
  {
    method: "POST",
    path: kind.path,
    cost: costOfKeys,
    asks: ({ form }) => asking(form, kind, keysIn(form)),
    answer: (visit) => actOn(visit, kind, keysIn(visit.form)),
  },
  ...Object.entries(kind.all).map(([verb, carryOutAll]): Route => ({
    method: "POST",
    path: `${kind.path}/all/${verb}`,
    // The keys of `all` are verbs.
    action: actionOf("set", verb as Verb),
    subject: () => ({ set: kind.set }),
    cost: FAR_LOOK_COST,
    answer: async (visit) => {
      // From the question of the dashboard it is about what was counted there; as Sidekiq::Web sends it, about all: within
      // the request where nobody has to be asked for each job, and no proxy gives up before they are done.
      const isAsked = isOfQuestion(visit.form);
      // Sidekiq::Web refuses none because of others: what no work can take is done here, however long it takes.
      const canBeWork = !visit.services.bulk.isFull;
      const isWork = isAsked || visit.permissions.isSelective;
      if (isWork || (canBeWork && (await takesLong(visit.api, kind, verb as Verb))))
        return startBulk(visit, listOfSet(visit.api, kind), verb as Verb, !isAsked);
      const count = await carryOutAll(visit.api, (sofar) => visit.counts(sofar));
      visit.counts(count);
      return visit.done(kind.path, saidOf(visit.words, verb as Verb, { done: count, gone: 0, malformed: 0 }));
    },
  })),
  ...kind.targets.map((verb): Route => ({
    method: "POST",
    path: `${kind.path}/all/${verb}`,
    action: actionOf("set", verb),
    subject: () => ({ set: kind.set }),
    cost: FAR_LOOK_COST,
    answer: (visit) => startBulk(visit, listOfSet(visit.api, kind), verb),
  })),
  {
    method: "POST",
    path: `${kind.path}/:key`,
    asks: ({ form, params }) => asking(form, kind, [params["key"] ?? ""]),
    answer: (visit) => actOn(visit, kind, [visit.params["key"] ?? ""]),
  },
];

/** To delete all is one command. */
const takesLong = async (api: ApiConnection, kind: SetKind, verb: Verb): Promise<boolean> =>
  verb !== "delete" && (await kind.open(api).size()) > MOST_AT_ONCE;

/** What a form asks for; of a verb and a target the verb. */
const wantedIn = (form: URLSearchParams, kind: SetKind) => ({
  verb: kind.verbs.find((one) => form.has(one)),
  target: TARGET_VERBS.find((one) => kind.targets.includes(one) && form.has(one)),
});

const asking = (form: URLSearchParams, kind: SetKind, keys: readonly string[]): Asking | undefined => {
  const { verb, target } = wantedIn(form, kind);
  const wanted = verb ?? target;
  if (wanted === undefined || keys.length === 0) return undefined;
  return { action: actionOf("job", wanted), subject: { set: kind.set, jid: jidsIn(keys) } };
};

/** Does what the form asks for to the entries with these keys. */
const actOn = async (visit: Visit, kind: SetKind, keys: readonly string[]): Promise<Response> => {
  const { verb, target } = wantedIn(visit.form, kind);
  // Sidekiq::Web does nothing either, and says nothing.
  if ((verb ?? target) === undefined || keys.length === 0) return visit.done(listAgain(visit, kind));
  const tooMany = whyTooMany(visit, keys.length);
  if (tooMany) return tooMany;
  if (verb === undefined) return target ? retarget(visit, kind, target, keys) : visit.done(kind.path);
  const entries = await entriesOf(visit, kind, keys);
  for (const entry of entries) {
    const why = await visit.permissions.why(actionOf("job", verb), subjectOfJob(entry, kind.set));
    if (why !== undefined) return plain(why, 403);
  }
  const tally = await tallied(
    entries,
    (entry) => carryOut(entry, verb),
    (done) => visit.counts(done),
  );
  const gone = tally.gone + keys.length - entries.length;
  return visit.done(listAgain(visit, kind), saidOf(visit.words, verb, { ...tally, gone }));
};

export const SET_ACTIONS: readonly Route[] = SETS.flatMap(actionsOf);
