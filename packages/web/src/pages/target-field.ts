/** The field of a question for where jobs go, or when they run; what was typed there and is wrong stays in it. */
import { TARGET_FIELDS } from "../bulk/target.ts";
import type { TargetVerb, TypedTarget } from "../bulk/target.ts";
import { cut, exact, html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";

const LONGEST = 100;
// What most want; anything else is typed.
const TIMES = ["+10m", "+1h", "+6h", "+1d", "+1w"];

/** @param queues to choose from; another name is as good */
export const targetField = (
  verb: TargetVerb,
  typed: TypedTarget | undefined,
  queues: readonly string[],
  frame: Frame,
): Html => {
  const { words } = frame;
  const name = TARGET_FIELDS[verb];
  const [label, list] = verb === "move" ? [words.say("bulk.to"), queues] : [words.say("target.when"), TIMES];
  const problem =
    typed &&
    html`<p class="flash s-dead" role="alert" id="problem">${icon("err")}<span>${words.say(typed.problem, { text: cut(typed.text, LONGEST) })}</span></p>`;
  const note =
    verb === "reschedule" &&
    html`<small id="target-note">${words.say("target.when_note")} ${words.say("zone.typed", { zone: words.zone.name })}</small>`;
  const described = [typed && "problem", note && "target-note"].filter(Boolean).join(" ");
  return html`${problem}<div class="field"><label for="${name}">${label}</label><input id="${name}" name="${name}" list="targets" value="${exact(typed?.text ?? "")}" required autocomplete="off" spellcheck="false"${typed && html` aria-invalid="true"`}${described !== "" && html` aria-describedby="${described}"`}><datalist id="targets">${list.map((one) => html`<option value="${exact(one)}">`)}</datalist>${note}</div>`;
};
