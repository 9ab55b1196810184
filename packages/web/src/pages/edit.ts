/** The form by which a job is changed before it runs again. */
import { exact, html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { postForm } from "../layout/action.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import { className, name } from "../layout/names.ts";
import { reasonField } from "./confirm.ts";
import type { WordKey } from "../words/words.ts";

/** What the page is made of. */
export interface EditView {
  /** Of the job's page. */
  readonly path: string;
  readonly list: string;
  readonly class: string | undefined;
  readonly jid: string | undefined;
  /** As JSON, byte for byte, or why they cannot be changed here. */
  readonly args: string | NoArgs;
  /** Whether class and arguments stand in a wrapper of ActiveJob. */
  readonly isWrapped: boolean;
  /** The class that runs it, in the wrapper if there is one. */
  readonly runClass: string;
  readonly queue: string;
  /** Why, as it was typed before. */
  readonly reason?: string | undefined;
  /** What was wrong with what was sent. */
  readonly problem: EditProblem | undefined;
}

/** Why the arguments of a job cannot be changed. */
export interface NoArgs {
  readonly why: "masked" | "large" | "bytes";
}

/** In which field something is wrong, and what: a phrase, or the sentence of an error. */
export interface EditProblem {
  readonly field: "class" | "args" | "queue";
  readonly said: WordKey | Error;
  /** A queue from which nobody takes jobs: told once, and done all the same when it is sent again. */
  readonly unserved?: string;
}

/** Holds the queue of which the form has said that nobody listens to it. */
export const TOLD_FIELD = "told";

/** `/retries/:key/edit` */
export const editPage = (view: EditView, frame: Frame): Page => {
  const { words, to } = frame;
  const title = words.say("edit.title");
  const problem =
    view.problem !== undefined &&
    html`<p class="flash s-dead" role="alert" id="problem">${icon("err")}<span>${problemOf(view.problem, words)}</span></p>`;
  const described = (field: EditProblem["field"]) =>
    view.problem?.field === field && html` aria-invalid="true" aria-describedby="problem"`;
  const args =
    typeof view.args !== "string"
      ? html`<p class="flash s-retry">${icon("err")}<span>${words.say(`edit.${view.args.why}`)}</span></p>`
      : html`<div class="field"><label for="args">${words.say("edit.args")}</label><textarea id="args" name="args" rows="8" spellcheck="false"${described("args")}>\n${exact(view.args)}</textarea>${view.isWrapped && html`<small>${words.say("edit.wrapped")}</small>`}</div>`;
  const own = html`<div class="field"><label for="class">${words.say("edit.class")}</label><input id="class" name="class" value="${exact(view.runClass)}" required autocomplete="off" spellcheck="false" dir="ltr"${described("class")}>${view.isWrapped && html`<small>${words.say("edit.wrapped_class")}</small>`}</div>`;
  const form = html`${problem}${own}${args}<div class="field"><label for="queue">${words.say("queues.queue")}</label><input id="queue" name="queue" value="${exact(view.queue)}" required autocomplete="off"${described("queue")}></div>${reasonField(view.reason, frame)}<div class="acts"><a class="btn" href="${to(view.path)}">${words.say("verb.cancel")}</a><button class="btn main">${words.say("edit.save")}</button></div>`;
  return {
    title,
    crumb: html`<a href="${to(view.path)}"><code>${name(view.jid ?? view.path)}</code></a>`,
    heading: view.class === undefined ? title : words.say("edit.of", { class: className(view.class) }),
    lead: words.say("edit.lead"),
    here: view.list,
    isLive: false,
    body: html`<section class="panel pad">${postForm(frame, `${view.path}/edit`, { [TOLD_FIELD]: view.problem?.unserved ?? "" }, form)}</section>`,
  };
};

const problemOf = ({ said, unserved = "" }: EditProblem, words: Frame["words"]): Html =>
  said instanceof Error
    ? html`<span lang="en" dir="ltr">${said.message}</span>`
    : words.say(said, { queue: name(unserved) });
