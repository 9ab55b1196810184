/** Repairing all jobs that a filter means: the question with its preview, the work, and how far it is. */
import type { BulkScope } from "@tsq/core/api";
import { deadMostOf, followsOf, loggedError, needsTyping } from "@tsq/core/config";
import { plain, redirect } from "../answers.ts";
import { writeWork } from "../audit/outcome.ts";
import { reasonIn } from "../audit/reason.ts";
import { choiceOf } from "../bulk/bulk-choice.ts";
import { listOfQueue, QUEUE_VERBS, queueAction } from "../bulk/bulk-list.ts";
import type { BulkList } from "../bulk/bulk-list.ts";
import { didNothing } from "../bulk/bulk-work.ts";
import type { BulkOrder, BulkVerb, BulkWork } from "../bulk/bulk-work.ts";
import { newId, otherId } from "../bulk/bulk-records.ts";
import { stampOf } from "../bulk/filter-stamp.ts";
import { noteOf, readTarget } from "../bulk/target.ts";
import type { TypedTarget } from "../bulk/target.ts";
import { answerPageAs } from "../frame-of.ts";
import { settledWithin } from "../readings/settled-within.ts";
import type { Services } from "../services.ts";
import { path, withQuery } from "../html/path.ts";
import { bulkConfirmPage } from "../pages/bulk-confirm.ts";
import { FAR_LOOK_COST } from "../request/cost.ts";
import { listQueryOf } from "../request/list-query.ts";
import type { Route } from "../route.ts";
import { sightOf } from "../security/sight.ts";
import type { Visit } from "../visit.ts";

/** So many are counted before somebody says yes; the work itself goes through all. */
const MOST_COUNTED = 50_000;
/** Of a whole list the classes and queues are a sample: its count is known. */
const MOST_SAMPLED = 5_000;
/** What the clocks of others say to be of later is among the first of a list. */
const MOST_AHEAD = 1_000;
// Of a whole set no more is asked than that it was there: what failed by a clock that is ahead was there as well.
const FAST_CLOCKS_MS = 3_600_000;
// What is done by then needs no page of its own.
const QUICK_MS = 700;
const LONGEST_PACE = 86_400;
const ID = /^[\w-]{16,64}$/;

/** The question; asked again by a form where something is wrong with what was typed. */
export const askBulk = async (
  visit: Visit,
  list: BulkList,
  verb: BulkVerb,
  typed?: TypedTarget,
): Promise<Response> => {
  const refused = await refusalOf(visit, list, verb);
  if (refused) return refused;
  const { filter, problem } = listQueryOf(typed ? visit.form : visit.query, visit.words.zone);
  if (problem !== undefined)
    return redirect(visit.to(withQuery(list.path, { q: visit.query.get("q") ?? "" })));
  const most = filter.isEmpty ? MOST_SAMPLED : MOST_COUNTED;
  const [preview, { queues, dead }, { processes }] = await Promise.all([
    list.preview(
      { filter },
      { most, only: sightOf(visit.permissions, list.subject.set), signal: visit.signal },
    ),
    visit.services.summary.now(),
    visit.services.fleet.now(),
  ]);
  const count = filter.isEmpty && !preview.isComplete ? preview.total : preview.count;
  const deadMost = deadMostOf(visit.api.deadMaxJobs, dead);
  // Where a move goes is typed beside the yes.
  const { goals } = visit.services;
  const around = { queues, processes, dead, deadMost, to: "", goals };
  const view = {
    id: newId(),
    list: list.path,
    verb,
    filter: filter.text,
    preview,
    count,
    isCounted: filter.isEmpty || preview.isComplete,
    queues,
    follows: followsOf(verb, [{ ...preview, count }], around),
    ...(typed && { typed, pace: visit.form.get("pace") ?? "", reason: reasonIn(visit.form) }),
  };
  return answerPageAs(typed && 422, visit, (frame) => bulkConfirmPage(view, frame));
};

/** Begins what the question was about; of a form of Sidekiq::Web, which asks nothing, all of the list is meant. */
export const startBulk = async (
  visit: Visit,
  list: BulkList,
  verb: BulkVerb,
  isWhole = false,
): Promise<Response> => {
  const refused = await refusalOf(visit, list, verb);
  if (refused) return refused;
  const { form, services, words } = visit;
  const known = list.verbs[verb];
  if (!known) return plain(words.text("refuse.no_page"), 404);
  const { filter, problem } = listQueryOf(form, words.zone);
  // Whoever has asked for some must not get all.
  if (problem !== undefined) return plain(words.text("refuse.unread", { problem }), 422);
  const stamp = form.get("q_is");
  if (stamp !== null && stamp !== stampOf(form.get("q") ?? ""))
    return plain(words.text("refuse.other_filter"), 422);
  const counted = Math.max(0, Number.parseInt(form.get("expected") ?? "0", 10) || 0);
  const scope = scopeOf(form, filter);
  const untyped = isWhole ? undefined : await untypedOf(visit, list, verb, scope, counted);
  if (untyped !== undefined) return plain(words.text("refuse.typed", { text: String(untyped) }), 422);
  const target = readTarget(verb, form, words);
  if ("problem" in target) return askBulk(visit, list, verb, target);
  if (target.queue !== undefined) {
    // Whoever may not touch a queue puts nothing onto it either.
    const why = await visit.permissions.why(known.action, { ...list.subject, queue: target.queue });
    if (why !== undefined) return plain(why, 403);
  }
  const asked = askedBy(visit, list, verb);
  // A form of Sidekiq::Web has looked at nothing: what is there when it comes is what it means, also behind an outage.
  const now = scope.asOf === undefined ? await list.preview({ filter }, { most: MOST_AHEAD }) : undefined;
  const aheadMs = isWhole && list.subject.set !== undefined ? FAST_CLOCKS_MS : 0;
  const bounds = now && {
    asOf: new Date(now.asOf.getTime() + aheadMs),
    upTo: now.upTo,
    newest: now.newest,
    ahead: now.ahead,
  };
  const expected = isWhole && now ? now.total : counted;
  const seconds = Math.min(Number(form.get("pace") ?? ""), LONGEST_PACE);
  // From here to where it begins nobody waits: the same form may come meanwhile.
  const id = idOf(services.bulk, form.get("id") ?? "", asked);
  const same = services.bulk.begunBy(id, asked);
  if (same) return answerSame(visit, await same);
  if (services.bulk.isFull) return plain(words.text("refuse.many_works"), 429);
  const { recorder } = services;
  let isWritten = true;
  const order: BulkOrder = {
    id,
    verb,
    action: known.action,
    subject: list.subject,
    list: list.path,
    filter: filter.text,
    expected,
    perSecond: seconds > 0 && expected > 0 ? expected / seconds : undefined,
    target,
    choice: choiceOf(visit.permissions, list, verb, target, filter),
    by: visit.user.name,
    reason: reasonIn(form),
  };
  const work = await services.bulk.begin(
    order,
    asked,
    // When it goes on behind an outage, it may touch only so many more: what has come back meanwhile is none of it.
    (options, { done, gone, newest }) => {
      const most = scope.count ?? (isWhole && done + gone > 0 ? expected : Infinity);
      const count = Math.max(0, most - done - gone);
      const from = { ...bounds, ...scope, count };
      // What it went by itself it has taken away.
      return known.run(from.newest && newest ? { ...from, newest } : from, options, target);
    },
    async (ended) => {
      const write = () => writeWork(recorder, visit.permissions, ended);
      isWritten = await write();
      if (!isWritten) void services.bulk.later(write);
      if (ended.state === "failed") tellWork(services.logger, ended);
    },
  );
  // The same form, sent to another dashboard behind the same balancer.
  if (typeof work === "string") return answerSame(visit, work);
  const answer = await answerWork(visit, work);
  // Its end is written down when it has ended.
  if (work.endedAt === undefined) visit.countsAsStep("begin", noteOf(filter.text, target), filter.text);
  else visit.isWrittenElsewhere();
  if (!isWritten) visit.saysToo(words.text("said.unwritten"));
  return answer;
};

/** What is begun already is written down by whoever has begun it. */
const answerSame = (visit: Visit, begun: BulkWork | string): Response | Promise<Response> => {
  visit.isWrittenElsewhere();
  return typeof begun === "string" ? visit.done(path`/bulk/${begun}`) : answerWork(visit, begun);
};

const idOf = (bulk: Services["bulk"], given: string, asked: string): string => {
  if (!ID.test(given)) return newId();
  return bulk.isFree(given) || bulk.begunBy(given, asked) ? given : otherId(given, asked);
};

/** Without the filter: there may be arguments of jobs in it. */
const tellWork = (logger: Services["logger"], { order, report, problem, met }: BulkWork): void => {
  const { id, verb, list, by, expected } = order;
  logger?.warn(
    { id, verb, list, user: by, done: report.done, expected, problem, err: loggedError(met) },
    "Work on many jobs could not go on",
  );
};

/** Waits as long as a page may take: most work ends by then. */
export const endedSoon = ({ ended }: BulkWork): Promise<void> => settledWithin(ended, QUICK_MS);

/** The list where it has ended soon, and well; else its own page. */
const answerWork = async (visit: Visit, work: BulkWork): Promise<Response> => {
  await endedSoon(work);
  const { id, list, filter } = work.order;
  const isWell = work.state === "done" && !didNothing(work.report);
  return visit.done(isWell ? withQuery(list, { q: filter || undefined }) : path`/bulk/${id}`);
};

/** The number that was to be typed and was not: counted here, for the form may say anything. */
const untypedOf = async (
  { form, permissions, services }: Visit,
  list: BulkList,
  verb: BulkVerb,
  scope: BulkScope,
  expected: number,
): Promise<number | undefined> => {
  const isTyped = isTypedIn(form, expected);
  if (needsTyping(verb, expected) && !isTyped) return expected;
  if (!needsTyping(verb, await list.size())) return undefined;
  const { count, isComplete } = await list.preview(scope, {
    most: MOST_COUNTED,
    only: sightOf(permissions, list.subject.set),
    // Whoever goes away has given the order all the same.
    signal: services.closing,
  });
  return !needsTyping(verb, count, isComplete) || (isTyped && expected >= count) ? undefined : count;
};

/** Whether the number that was asked for has been typed. */
export const isTypedIn = (form: URLSearchParams, expected: number): boolean =>
  form.get("typed")?.trim() === String(expected);

/** By whom, and all fields of a form that say what is done to which jobs. */
const askedBy = ({ user, form }: Visit, list: BulkList, verb: BulkVerb): string =>
  JSON.stringify([
    user.name,
    list.path,
    verb,
    ...["q", "as_of", "up_to", "newest", "ahead", "most", "to", "at", "pace"].map((field) => form.get(field)),
  ]);

/** What came later than the preview is left out: its bounds, and what seems to lie beyond them, come back with the form. */
const scopeOf = (form: URLSearchParams, filter: BulkScope["filter"] & object): BulkScope => {
  const numberIn = (name: string): number => Number(form.get(name) || Number.NaN);
  const newest = digestsIn(form, "newest");
  const ahead = digestsIn(form, "ahead");
  const [asOf, upTo, count] = [numberIn("as_of"), numberIn("up_to"), numberIn("most")];
  return {
    filter,
    ...(Number.isSafeInteger(asOf) && { asOf: new Date(asOf) }),
    ...(!Number.isNaN(upTo) && { upTo }),
    ...(count >= 0 && { count }),
    ...(newest && { newest }),
    ...(ahead && { ahead }),
  };
};

/** As a question has written them, with points between; undefined where it has not. */
export const digestsIn = (form: URLSearchParams, field: string): readonly string[] | undefined =>
  form
    .get(field)
    ?.split(".")
    .filter((digest) => digest !== "");

const refusalOf = async (visit: Visit, list: BulkList, verb: BulkVerb): Promise<Response | undefined> => {
  const known = list.verbs[verb];
  if (!known) return plain(visit.words.text("refuse.no_page"), 404);
  const why = await visit.permissions.why(known.action, list.subject);
  return why === undefined ? undefined : plain(why, 403);
};

/** Whether a form of a set's `all` comes from the question here: without its fields it is one of Sidekiq::Web. */
export const isOfQuestion = (form: URLSearchParams): boolean => form.has("as_of") || form.has("q");

const ofQueues = QUEUE_VERBS.flatMap((verb): Route[] => {
  const of = (visit: Visit) => listOfQueue(visit.api, visit.params["name"] ?? "");
  const subject = ({ name = "" }: Visit["params"]) => ({ queue: name });
  return [
    {
      method: "GET",
      path: `/queues/:name/all/${verb}`,
      subject,
      cost: FAR_LOOK_COST,
      answer: (visit) => askBulk(visit, of(visit), verb),
    },
    {
      method: "POST",
      path: `/queues/:name/all/${verb}`,
      subject,
      asks: ({ params }) => ({ action: queueAction(verb), subject: subject(params) }),
      cost: FAR_LOOK_COST,
      answer: (visit) => startBulk(visit, of(visit), verb),
    },
  ];
});

export const BULK_ROUTES: readonly Route[] = ofQueues;
