/** Moving and rescheduling entries of a set: the question for where or when, and the deed, of one or of those that are ticked. */
import type { SortedEntry } from "@tsq/core/api";
import { plain, redirect } from "../answers.ts";
import { reasonIn } from "../audit/reason.ts";
import { noteOf, readTarget, TARGET_FIELDS } from "../bulk/target.ts";
import type { Target, TargetVerb, TypedTarget } from "../bulk/target.ts";
import { answerPageAs } from "../frame-of.ts";
import { path } from "../html/path.ts";
import { retargetPage } from "../pages/retarget.ts";
import type { Route } from "../route.ts";
import { ACTIONS } from "../security/roles.ts";
import { subjectOfJob, subjectsOf } from "../security/subject-of.ts";
import { actionOf, SETS } from "../sets.ts";
import type { SetKind } from "../sets.ts";
import type { Visit } from "../visit.ts";
import { saidOf } from "./said.ts";
import { entriesOf, listAgain, tallied, whyHidden } from "./set-entries.ts";

/** Which of them, and what is asked of them. */
interface Wanted {
  readonly kind: SetKind;
  readonly verb: TargetVerb;
  readonly entries: readonly SortedEntry[];
  /** As the form or the path has named them. */
  readonly keys: readonly string[];
}

/** One by its path has a page, and those of a form have a list. */
const isOne = (visit: Visit): boolean => visit.params["key"] !== undefined;

const questionsOf = (kind: SetKind): readonly Route[] =>
  kind.targets.map((verb): Route => ({
    method: "GET",
    path: `${kind.path}/:key/${verb}`,
    action: actionOf("job", verb),
    answer: async (visit) => {
      const keys = [visit.params["key"] ?? ""];
      const entries = await entriesOf(visit, kind, keys);
      if (entries.length === 0) return redirect(visit.to(kind.path));
      return ask(visit, { kind, verb, entries, keys });
    },
  }));

/** What a form asks for: the question, as long as it does not say where to or when. */
export const retarget = async (
  visit: Visit,
  kind: SetKind,
  verb: TargetVerb,
  keys: readonly string[],
): Promise<Response> => {
  const wanted = { kind, verb, keys, entries: await entriesOf(visit, kind, keys) };
  const { permissions, form } = visit;
  const action = actionOf("job", verb);
  if (!form.has(TARGET_FIELDS[verb])) {
    // A question changes nothing, and is nothing to write down.
    const why = await permissions.whyNot(ACTIONS[action], action);
    return why === undefined ? ask(visit, wanted) : plain(why, 403);
  }
  const target = readTarget(verb, form, visit.words);
  if ("problem" in target) return ask(visit, wanted, target);
  for (const entry of wanted.entries) {
    const own = subjectOfJob(entry, kind.set);
    for (const subject of subjectsOf(own, target)) {
      const why = await permissions.why(action, subject);
      if (why !== undefined) return plain(why, 403);
    }
  }
  return carryOut(visit, wanted, target);
};

const carryOut = async (
  visit: Visit,
  { kind, verb, entries, keys }: Wanted,
  { queue = "", at = new Date() }: Target,
): Promise<Response> => {
  const note = noteOf("", verb === "move" ? { queue } : { at });
  const tally = await tallied(
    entries,
    (entry) => (verb === "move" ? entry.move(queue) : entry.reschedule(at)),
    (done) => visit.counts(done, note),
  );
  const gone = tally.gone + keys.length - entries.length;
  const [one] = entries;
  const to = isOne(visit) && one && tally.gone === 0 ? kind.path + path`/${one.id}` : listAgain(visit, kind);
  return visit.done(to, saidOf(visit.words, verb, { ...tally, gone }));
};

const ask = async (visit: Visit, { kind, verb, entries, keys }: Wanted, typed?: TypedTarget) => {
  const list = listAgain(visit, kind);
  if (entries.length === 0) {
    return visit.done(list, saidOf(visit.words, verb, { done: 0, gone: keys.length, malformed: 0 }));
  }
  for (const entry of entries) {
    const why = await whyHidden(visit, kind, entry);
    if (why !== undefined) return plain(why, 403);
  }
  const own = kind.path + path`/${keys[0] ?? ""}`;
  const { queues } = await visit.services.summary.now();
  const view = {
    verb,
    path: isOne(visit) ? own : kind.path,
    keys: isOne(visit) ? [] : entries.map(({ id }) => id),
    count: entries.length,
    classes: entries.map(({ displayClass }) => displayClass),
    follows: verb === "move" ? ("bulk.move.follows_in_set" as const) : ("bulk.reschedule.follows" as const),
    back: isOne(visit) ? own : list,
    from: isOne(visit) ? "" : (list.split("?")[1] ?? ""),
    queues: queues.map(({ name }) => name),
    typed,
    reason: reasonIn(visit.form),
  };
  return answerPageAs(typed && 422, visit, (frame) => retargetPage(view, frame));
};

export const RETARGET_ROUTES: readonly Route[] = SETS.flatMap(questionsOf);
