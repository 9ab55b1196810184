/** Somebody has asked too often: says when the next page comes. */
import { html } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";

/** Answered with 429. */
export const tooManyPage = ({ seconds }: { readonly seconds: number }, frame: Frame): Page => {
  const { words, to, path } = frame;
  return {
    title: words.say("many.title"),
    heading: words.say("many.title"),
    lead: words.say("many.lead"),
    isAlone: true,
    isLive: false,
    body: html`<section class="panel pad"><p class="state s-retry">${icon("pause")} ${words.say("many.wait", { span: words.span(seconds * 1_000) })}</p><p class="acts"><a class="btn main" href="${to(path)}">${words.say("verb.try_now")}</a></p></section>`,
  };
};
