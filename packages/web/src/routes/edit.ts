/** A job of a set changed by hand, and retried: its arguments, its queue, and every other byte as it was. */
import { InvalidJobError, MalformedPayloadError } from "@tsq/core";
import type { JobEdit, SortedEntry } from "@tsq/core/api";
import { plain, redirect } from "../answers.ts";
import { saidOf } from "../actions/said.ts";
import { answerPage } from "../frame/frame-of.ts";
import { path } from "../html/path.ts";
import { editPage } from "../pages/edit.ts";
import type { EditView } from "../pages/edit.ts";
import type { Route } from "../route.ts";
import { SETS } from "../sets.ts";
import type { SetKind } from "../sets.ts";
import type { Visit } from "../visit.ts";
import { hidesArguments } from "./job-views.ts";

// A form that is larger is not read.
const LONGEST_ARGS = 200_000;

const editsOf = (kind: SetKind): readonly Route[] => [
  { method: "GET", path: `${kind.path}/:key/edit`, answer: (visit) => withEntry(visit, kind, show) },
  { method: "POST", path: `${kind.path}/:key/edit`, answer: (visit) => withEntry(visit, kind, save) },
];

type Answer = (visit: Visit, kind: SetKind, entry: SortedEntry) => Promise<Response>;

/** With the entry that the path names, if it may be changed; one that has moved on leads to the list. */
const withEntry = async (visit: Visit, kind: SetKind, answer: Answer): Promise<Response> => {
  const entry = await kind.open(visit.api).findEntry(visit.params["key"] ?? "");
  if (!entry?.payload) return redirect(visit.to(kind.path));
  const { queue, displayClass, jid } = entry;
  const why = await visit.permissions.why("job.edit", {
    set: kind.set,
    ...(queue !== undefined && { queue }),
    ...(displayClass !== undefined && { class: displayClass }),
    ...(jid !== undefined && { jid }),
  });
  return why === undefined ? answer(visit, kind, entry) : plain(why, 403);
};

const viewOf = (visit: Visit, kind: SetKind, entry: SortedEntry): EditView => {
  const text = entry.argsText ?? "[]";
  const isHidden = hidesArguments(entry, visit);
  return {
    path: kind.path + path`/${entry.id}`,
    list: kind.path,
    class: entry.displayClass,
    jid: entry.jid,
    // What is masked must neither be shown here nor be written back as the mask.
    args: isHidden || text.length > LONGEST_ARGS ? undefined : text,
    whyNoArgs: isHidden ? "masked" : "large",
    isWrapped: entry.payload?.["wrapped"] !== undefined,
    queue: entry.queue ?? "",
    problem: undefined,
  };
};

const show: Answer = async (visit, kind, entry) => {
  const view = viewOf(visit, kind, entry);
  return answerPage(visit, (frame) => editPage(view, frame));
};

const save: Answer = async (visit, kind, entry) => {
  const before = viewOf(visit, kind, entry);
  const queue = (visit.form.get("queue") ?? before.queue).trim();
  // Browsers send line ends of their own.
  const args = visit.form.get("args")?.replaceAll("\r\n", "\n");
  if (args !== undefined && before.args === undefined) {
    return plain("Nothing was changed: arguments of which something is masked cannot be edited here.", 422);
  }
  const edit: JobEdit = {
    ...(args !== undefined && args !== before.args && { args }),
    ...(queue !== before.queue && { queue }),
  };
  try {
    const isDone = await entry.retry(edit);
    return visit.done(
      kind.path,
      saidOf("retry", { done: isDone ? 1 : 0, gone: isDone ? 0 : 1, malformed: 0 }),
    );
  } catch (error) {
    if (!(error instanceof InvalidJobError || error instanceof MalformedPayloadError)) throw error;
    // What somebody has typed is there again.
    const view = { ...before, args: args ?? before.args, queue, problem: error.message };
    const page = await answerPage(visit, (frame) => editPage(view, frame));
    return new Response(page.body, { status: 422, headers: page.headers });
  }
};

export const EDIT_ROUTES: readonly Route[] = SETS.flatMap(editsOf);
