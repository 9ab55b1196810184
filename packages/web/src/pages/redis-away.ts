/** Redis does not answer: says what was asked, and that nothing is lost. It asks again by itself. */
import { cut, html } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";

/** What is known of it. */
export interface RedisAwayView {
  readonly problem: string;
}

/** Answered with 503. */
export const redisAwayPage = ({ problem }: RedisAwayView, frame: Frame): Page => {
  const { words, to, path } = frame;
  return {
    title: words.say("client.redis_away"),
    heading: words.say("client.redis_away"),
    lead: words.say("away.lead"),
    isAlone: true,
    body: html`<section class="panel pad" id="away" data-live><p class="state s-dead">${icon("plug")} ${words.say("away.problem")}</p><dl class="facts">${frame.server !== undefined && html`<dt>${words.say("away.asked")}</dt><dd><code>${frame.server}</code></dd>`}<dt>${words.say("away.got")}</dt><dd><code>${cut(problem, 300)}</code></dd></dl><p class="acts"><a class="btn main" href="${to(path)}">${words.say("verb.try_now")}</a></p></section>`,
  };
};
