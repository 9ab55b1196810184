/** The keys of what stands before the list: the help, the filter, a question, and work that goes on. */
import { Filter } from "@tsq/core/api";
import type { Turn } from "./effect.ts";
import { READ, turn } from "./effect.ts";
import { helpLines } from "./help.ts";
import { isLetter } from "./keys.ts";
import { filtered } from "./openings.ts";
import type { Dialog, Size, TopState } from "./state.ts";
import { setOf } from "./tabs.ts";

export const onDialogKey = (state: TopState, dialog: Dialog, key: string, size: Size): Turn => {
  if (dialog.kind === "help") return onHelpKey(state, dialog.top, key, size);
  if (dialog.kind === "filter") return onFilterKey(state, dialog, key);
  if (dialog.kind === "told") return turn(CLOSING.has(key) ? closed(state) : state);
  if (dialog.kind === "question") return onQuestionKey(state, dialog, key);
  return onWorkKey(state, dialog, key);
};

/** A key that was meant for the list does not take away what nobody has read. */
const CLOSING: ReadonlySet<string> = new Set(["enter", "escape", "q", "ctrl-c"]);

const closed = (state: TopState, said = ""): TopState => ({ ...state, dialog: undefined, said });

/** Its last line stays on the screen. */
const onHelpKey = (state: TopState, before: number, key: string, size: Size): Turn => {
  const last = helpLines(size).length - 1;
  const top = Math.min(before, last);
  const scrolled = (to: number): Turn => turn({ ...state, dialog: { kind: "help", top: Math.max(0, to) } });
  if (key === "q" || key === "ctrl-c") return turn(state, { do: "quit" });
  if (key === "j" || key === "down") return scrolled(Math.min(last, top + 1));
  if (key === "k" || key === "up") return scrolled(top - 1);
  return turn(closed(state));
};

/** What is typed, with the keys that a shell has for it. */
const typedText = (text: string, key: string): string | undefined => {
  if (isLetter(key)) return text + key;
  if (key === "backspace") return text.replace(/.$/su, "");
  if (key === "ctrl-u") return "";
  if (key === "ctrl-w") return text.replace(/\S*\s*$/, "");
  return undefined;
};

const onFilterKey = (state: TopState, dialog: Extract<Dialog, { kind: "filter" }>, key: string): Turn => {
  if (key === "escape" || key === "ctrl-c") return turn(closed(state));
  if (key === "enter") {
    const text = dialog.text.trim();
    const { tab, queue } = state.place;
    // Names of queues and of classes are looked for as they are.
    const isOfJobs = queue !== undefined || setOf(tab) !== undefined || tab === "busy";
    try {
      const filter = isOfJobs ? Filter.parse(text).text : text;
      return turn(filtered(closed(state), filter), READ);
    } catch (error) {
      return turn({ ...state, dialog: { ...dialog, problem: (error as Error).message } });
    }
  }
  const text = typedText(dialog.text, key);
  return text === undefined ? turn(state) : turn({ ...state, dialog: { kind: "filter", text, problem: "" } });
};

const NOTHING = "Nothing was done.";

const onQuestionKey = (state: TopState, dialog: Extract<Dialog, { kind: "question" }>, key: string): Turn => {
  const no = turn(closed(state, NOTHING), READ);
  if (key === "escape" || key === "ctrl-c") return no;
  // What is pasted is no answer to y.
  if (dialog.typed === undefined)
    return key === "y" && !state.isPasting ? turn(closed(state), { do: "begin" }) : no;
  if (key === "enter") {
    const isRight = dialog.text.trim().replaceAll(",", "") === dialog.typed;
    return isRight ? turn(closed(state), { do: "begin" }) : no;
  }
  const text = typedText(dialog.text, key);
  return text === undefined ? turn(state) : turn({ ...state, dialog: { ...dialog, text } });
};

const onWorkKey = (state: TopState, dialog: Extract<Dialog, { kind: "work" }>, key: string): Turn => {
  if (key !== "escape" && key !== "ctrl-c") return turn(state);
  // The second time one will not wait for what is under way.
  if (dialog.isStopping && key === "ctrl-c") return turn(state, { do: "quit" });
  return turn({ ...state, dialog: { ...dialog, isStopping: true } }, { do: "stop" });
};
