/** A job of a set changed by hand, and retried: its class, its arguments, its queue, and every other byte as it was. */
import { isUtf8 } from "node:buffer";
import { JobRecord } from "@tsq/core/api";
import type { JobEdit, SortedEntry } from "@tsq/core/api";
import { editedPayload, InvalidJobError, MalformedPayloadError } from "@tsq/core/config";
import { plain, redirect } from "../answers.ts";
import { reasonIn } from "../audit/reason.ts";
import { answerPage, answerPageAs } from "../frame-of.ts";
import { path } from "../html/path.ts";
import { editPage, TOLD_FIELD } from "../pages/edit.ts";
import type { EditProblem, EditView } from "../pages/edit.ts";
import type { Route } from "../route.ts";
import { subjectOfJob } from "../security/subject-of.ts";
import { SETS } from "../sets.ts";
import type { SetKind } from "../sets.ts";
import type { Visit } from "../visit.ts";
import { hidesArguments } from "./job-views.ts";
import { saidOf } from "./said.ts";
import { shownEntry } from "./set-entries.ts";

// A form that is larger is not read.
const LONGEST_ARGS = 200_000;

const editsOf = (kind: SetKind): readonly Route[] => [
  { method: "GET", path: `${kind.path}/:key/edit`, answer: (visit) => withEntry(visit, kind, show) },
  {
    method: "POST",
    path: `${kind.path}/:key/edit`,
    asks: () => ({ action: "job.edit", subject: { set: kind.set } }),
    answer: (visit) => withEntry(visit, kind, save),
  },
];

type Answer = (visit: Visit, kind: SetKind, entry: SortedEntry) => Promise<Response>;

/** With the entry that the path names, if it may be changed; one that has moved on leads to the list. */
const withEntry = async (visit: Visit, kind: SetKind, answer: Answer): Promise<Response> => {
  // Nothing is read for whoever may not do it to any job.
  const role = visit.permissions.whyRole("job.edit", { set: kind.set });
  if (role !== undefined) return plain(role, 403);
  const entry = await shownEntry(visit, kind);
  if (entry instanceof Response) return entry;
  if (!entry.payload) return redirect(visit.to(kind.path));
  const why = await visit.permissions.why("job.edit", subjectOfJob(entry, kind.set));
  return why === undefined ? answer(visit, kind, entry) : plain(why, 403);
};

const viewOf = (visit: Visit, kind: SetKind, entry: SortedEntry): EditView => {
  return {
    path: kind.path + path`/${entry.id}`,
    list: kind.path,
    class: entry.displayClass,
    jid: entry.jid,
    args: argsOf(entry, visit),
    isWrapped: entry.runClass !== entry.payload?.["class"],
    runClass: entry.runClass ?? "",
    queue: entry.queue ?? "",
    problem: undefined,
  };
};

const argsOf = (entry: SortedEntry, visit: Visit): EditView["args"] => {
  // What is masked must neither be shown here nor be written back as the mask.
  if (hidesArguments(entry, visit)) return { why: "masked" };
  const text = entry.argsText ?? "[]";
  if (text.length > LONGEST_ARGS) return { why: "large" };
  // What is shown of bytes that are no text would be written in their place.
  return text.includes("\ufffd") && !isUtf8(entry.bytes) ? { why: "bytes" } : text;
};

/**
 * As a browser sends a field back that nobody has touched: a page has no NUL and no halves of pairs, a field of one line no
 * line breaks, and those of others are its own.
 */
const sentBack = (text: string, isOneLine: boolean): string => {
  const carried = text.replaceAll(/[\0\p{Cs}]/gu, "\ufffd");
  return isOneLine ? carried.replaceAll(/[\r\n]/g, "").trim() : carried.replaceAll(/\r\n?/g, "\n");
};

/** What was typed, or what was there before where nobody has typed. */
const typed = (sent: string | null, before: string): string =>
  sent === null || sentBack(sent, true) === sentBack(before, true) ? before : sent.trim();

const show: Answer = async (visit, kind, entry) => {
  const view = viewOf(visit, kind, entry);
  return answerPage(visit, (frame) => editPage(view, frame));
};

const save: Answer = async (visit, kind, entry) => {
  const before = viewOf(visit, kind, entry);
  const queue = typed(visit.form.get("queue"), before.queue);
  const runClass = typed(visit.form.get("class"), before.runClass);
  // Browsers send line ends of their own.
  const args = visit.form.get("args")?.replaceAll("\r\n", "\n");
  const own = before.args;
  if (args !== undefined && typeof own !== "string") {
    const { why } = own;
    return plain(visit.words.text(why === "masked" ? "refuse.masked" : `edit.${why}`), 422);
  }
  const isChanged =
    args !== undefined && typeof own === "string" && sentBack(args, false) !== sentBack(own, false);
  // What somebody has typed is there again.
  const again = (problem: EditProblem): Promise<Response> => {
    const view = {
      ...before,
      args: args ?? before.args,
      queue,
      runClass,
      problem,
      reason: reasonIn(visit.form),
    };
    return answerPageAs(422, visit, (frame) => editPage(view, frame));
  };
  if (runClass === "" && visit.form.has("class")) return again({ field: "class", said: "edit.no_class" });
  // A slip of the pen makes a queue of its own. Who sends no form of ours is not asked.
  const told = visit.form.get(TOLD_FIELD);
  if (told !== null && told !== queue && queue !== before.queue && queue !== "") {
    const { processes } = await visit.services.fleet.now();
    if (!processes.some((process) => process.serves(queue)))
      return again({ field: "queue", said: "finding.queue-unserved", unserved: queue });
  }
  if (queue === "" && visit.form.has("queue")) return again({ field: "queue", said: "edit.no_queue" });
  const edit: JobEdit = {
    ...(isChanged && { args }),
    ...(queue !== before.queue && { queue }),
    ...(runClass !== before.runClass && { class: runClass }),
  };
  try {
    const edited = new JobRecord(editedPayload(entry.bytes, edit));
    // Whoever may not touch a queue or a class makes nothing one of theirs either; of ActiveJob the arguments name one as well.
    if (whereOf(edited) !== whereOf(entry)) {
      const why = await visit.permissions.why("job.edit", subjectOfJob(edited, kind.set));
      if (why !== undefined) return plain(why, 403);
    }
    const isDone = await entry.retry(edit);
    visit.counts(isDone ? 1 : 0);
    return visit.done(
      kind.path,
      saidOf(visit.words, "retry", { done: isDone ? 1 : 0, gone: isDone ? 0 : 1, malformed: 0 }),
    );
  } catch (error) {
    if (!(error instanceof InvalidJobError || error instanceof MalformedPayloadError)) throw error;
    return again({ field: "args", said: error });
  }
};

const whereOf = ({ queue, runClass, otherClass }: JobRecord): string =>
  JSON.stringify([queue, runClass, otherClass]);

export const EDIT_ROUTES: readonly Route[] = SETS.flatMap(editsOf);
