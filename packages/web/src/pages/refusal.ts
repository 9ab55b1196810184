/** What was asked for is not there, or may not be: says so, and leads on. */
import { cut, html, ownText, visibleSentence } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";

/** What is said, as a script is told it: by us, or by a tab that others have brought, with names in it perhaps. */
export interface RefusalView {
  readonly text: string;
  /** Where one was, for whoever has asked for a change. */
  readonly back?: string | undefined;
}

// A text that is longer is none that is read.
const LONGEST = 1_000;
const SENTENCE_END = /(?<=[.!?。।]) (?=\S)/;

/** Answered with the status of what is said. */
export const refusalPage = ({ text, back }: RefusalView, frame: Frame): Page => {
  const { words, to } = frame;
  const [first = "", ...rest] = visibleSentence(cut(text, LONGEST)).split(SENTENCE_END);
  const heading = ownText(first);
  const label = words.say(back === undefined ? "nav.dashboard" : "away.back");
  return {
    title: heading,
    heading,
    ...(rest.length > 0 && { lead: ownText(rest.join(" ")) }),
    isLive: false,
    body: html`<p class="acts"><a class="btn main" href="${to(back ?? "/")}">${label}</a></p>`,
  };
};
