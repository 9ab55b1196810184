/** The pages of the three sets, and of one job in them. */
import { Jobs } from "@tsq/core/api";
import type { SortedEntry } from "@tsq/core/api";
import { redirect } from "../answers.ts";
import { answerPage } from "../frame/frame-of.ts";
import { html } from "../html/html.ts";
import { path } from "../html/path.ts";
import { confirmPage } from "../pages/confirm.ts";
import { jobPage } from "../pages/job.ts";
import { setPage } from "../pages/set.ts";
import type { SetView } from "../pages/set.ts";
import { countIn, pageIn, pagingOf } from "../request/paging.ts";
import type { Route } from "../route.ts";
import { actionOf, SETS } from "../sets.ts";
import type { SetKind, Verb } from "../sets.ts";
import type { Visit } from "../visit.ts";
import { jobRowsOf } from "./job-rows-of.ts";
import { entryViewOf, jobPageOf } from "./job-views.ts";

// What a filter finds is one page, as in Sidekiq::Web, and no set is read for longer than this.
const MOST_FOUND = 200;
const MOST_READ_MS = 2_000;

const SAID: Readonly<Record<Verb, string>> = {
  retry: "Retry",
  add_to_queue: "Run now",
  kill: "Kill",
  delete: "Delete",
};

const pagesOf = (kind: SetKind): readonly Route[] => [
  {
    method: "GET",
    path: kind.path,
    subject: () => ({ set: kind.set }),
    answer: (visit) => list(visit, kind),
  },
  // The keys of `all` are verbs.
  ...(Object.keys(kind.all) as Verb[]).map((verb): Route => ({
    method: "GET",
    path: `${kind.path}/all/${verb}`,
    action: actionOf("set", verb),
    subject: () => ({ set: kind.set }),
    answer: (visit) => confirmAll(visit, kind, verb),
  })),
  { method: "GET", path: `${kind.path}/:key`, answer: (visit) => job(visit, kind) },
  ...kind.verbs.map((verb): Route => ({
    method: "GET",
    path: `${kind.path}/:key/${verb}`,
    action: actionOf("job", verb),
    answer: (visit) => confirmOne(visit, kind, verb),
  })),
];

const list = async (visit: Visit, kind: SetKind): Promise<Response> => {
  const text = visit.query.get("substr") ?? "";
  const view = text === "" ? await pageOf(visit, kind) : await filtered(visit, kind, text);
  return answerPage(visit, (frame) => setPage(view, frame));
};

const pageOf = async (visit: Visit, kind: SetKind): Promise<SetView> => {
  const [asked, count] = [pageIn(visit.query), countIn(visit.query)];
  const set = kind.open(visit.api);
  const order = kind.set === "dead" ? "desc" : "asc";
  const read = (page: number) => set.page({ offset: (page - 1) * count, limit: count, order });
  let [page, found] = [asked, await read(asked)];
  if (found.items.length === 0 && found.total > 0) {
    // What was on this page has been dealt with: its neighbour, and not an empty page (sidekiq#6037).
    page = Math.ceil(found.total / count);
    found = await read(page);
  }
  return {
    set: kind.set,
    size: found.total,
    entries: found.items.map((entry) => entryViewOf(entry, kind, visit)),
    paging: pagingOf(visit.path, visit.query, { page, count, shown: found.items.length, total: found.total }),
    filter: { field: "substr", text: "", found: found.total, looked: found.total },
  };
};

const filtered = async (visit: Visit, kind: SetKind, text: string): Promise<SetView> => {
  const size = await kind.open(visit.api).size();
  const { found, isWhole } = await findIn(visit, kind, text);
  return {
    set: kind.set,
    size,
    entries: found.map((entry) => entryViewOf(entry, kind, visit)),
    paging: { from: 1, shown: found.length, total: found.length },
    filter: { field: "substr", text, found: found.length, looked: isWhole ? size : undefined },
  };
};

interface Found {
  readonly found: readonly SortedEntry[];
  /** Whether all of the set was looked at. */
  readonly isWhole: boolean;
}

const findIn = async (visit: Visit, kind: SetKind, text: string): Promise<Found> => {
  const found = new Map<string, SortedEntry>();
  const signal = AbortSignal.timeout(MOST_READ_MS);
  // As text: a pattern of Redis would make something else of every `*`.
  const pattern = `*${text.replaceAll(/[*?[\]\\^]/g, String.raw`\$&`)}*`;
  let isWhole = true;
  try {
    for await (const entry of kind.open(visit.api).scan(pattern, { signal })) {
      isWhole = found.size < MOST_FOUND;
      if (!isWhole) break;
      found.set(entry.id, entry);
    }
  } catch (error) {
    if (error !== signal.reason) throw error;
    isWhole = false;
  }
  const sign = kind.set === "dead" ? -1 : 1;
  const sorted = [...found.values()].sort((one, other) => sign * (one.score - other.score));
  return { found: sorted, isWhole };
};

/** The entry of the path; a job that has moved on leads to the list, as in Sidekiq::Web. */
const entryOf = (visit: Visit, kind: SetKind): Promise<SortedEntry | undefined> =>
  kind.open(visit.api).findEntry(visit.params["key"] ?? "");

const job = async (visit: Visit, kind: SetKind): Promise<Response> => {
  const entry = await entryOf(visit, kind);
  if (!entry) return redirect(visit.to(kind.path));
  const found = await new Jobs(visit.api).tell({ place: kind.place, job: entry });
  const own = kind.path + path`/${entry.id}`;
  const view = jobPageOf(found, visit, { path: own, rows: await jobRowsOf(entry, visit) });
  return answerPage(visit, (frame) => jobPage(view, frame));
};

const confirmOne = async (visit: Visit, kind: SetKind, verb: Verb): Promise<Response> => {
  const entry = await entryOf(visit, kind);
  if (!entry) return redirect(visit.to(kind.path));
  const own = kind.path + path`/${entry.id}`;
  const said = SAID[verb];
  const name = entry.displayClass ?? "what is no job";
  return answerPage(visit, (frame) =>
    confirmPage(
      {
        question: html`${said} ${name}?`,
        text: html`${entry.jid ?? entry.id}`,
        path: own,
        fields: { [verb]: "1" },
        verb: html`${said}`,
        back: own,
      },
      frame,
    ),
  );
};

const confirmAll = async (visit: Visit, kind: SetKind, verb: Verb): Promise<Response> => {
  const size = await kind.open(visit.api).size();
  const said = SAID[verb];
  return answerPage(visit, (frame) => {
    const what = size === 1 ? "1 job" : `${frame.words.number(size)} jobs`;
    return confirmPage(
      {
        question: html`${said} ${what}?`,
        text: html`All that are there when you say yes.`,
        path: `${kind.path}/all/${verb}`,
        fields: {},
        verb: html`${said} ${what}`,
        back: kind.path,
      },
      frame,
    );
  });
};

export const SET_ROUTES: readonly Route[] = SETS.flatMap(pagesOf);
