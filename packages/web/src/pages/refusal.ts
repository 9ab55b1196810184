/** What was asked for is not there, or may not be: says so, and leads on. */
import { html, ownText } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";

/** What is said, as a script is told it. */
export interface RefusalView {
  readonly text: string;
  /** Where one was, for whoever has asked for a change. */
  readonly back?: string | undefined;
}

const SENTENCE_END = /(?<=[.!?。।]) (?=\S)/;

/** Answered with the status of what is said. */
export const refusalPage = ({ text, back }: RefusalView, frame: Frame): Page => {
  const { words, to } = frame;
  const [first = "", ...rest] = text.split(SENTENCE_END);
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
