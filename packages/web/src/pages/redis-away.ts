/** Redis does not answer, or not with what was asked for: says what was asked, and that nothing is lost. */
import { cut, html } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";

// Of a browser without the script.
const EVERY_SECONDS = 5;

/** What is known of it. */
export interface RedisAwayView {
  readonly problem: string;
  /** Whether Redis has answered, with an error. */
  readonly isAnswer: boolean;
  /** Whether it is not known if it was done: then the problem says what to do. */
  readonly isUnknown?: boolean;
  /** Whether what was asked for can have reached Redis, which has not answered. @default false */
  readonly isSent?: boolean;
  /** Where one was, for whoever has asked for a change; undefined of a page, which asks again by itself. */
  readonly back?: string | undefined;
}

/** Answered with 503. */
export const redisAwayPage = (
  { problem, isAnswer, isUnknown = false, isSent = false, back }: RedisAwayView,
  frame: Frame,
): Page => {
  const { words, to, path } = frame;
  const heading = words.say(isAnswer ? "away.error" : "client.redis_away");
  const isDeed = back !== undefined;
  const lead = isDeed ? (isSent && !isAnswer ? "away.unknown" : "away.not_done") : "away.lead";
  return {
    title: heading,
    heading,
    ...(!isUnknown && { lead: words.say(lead) }),
    isAlone: true,
    // Nobody is to send a change again without knowing.
    isLive: !isDeed,
    ...(!isDeed && { refreshSeconds: EVERY_SECONDS }),
    body: html`<section class="panel pad stack" id="away" data-live><p class="state s-dead">${icon("plug")} ${words.say(isAnswer ? "away.refused" : "away.problem")}</p><dl class="facts">${frame.server !== undefined && html`<dt>${words.say("away.asked")}</dt><dd><code>${frame.server}</code></dd>`}<dt>${words.say("away.got")}</dt><dd><code lang="en">${cut(problem, isUnknown ? 600 : 300)}</code></dd></dl><p class="acts"><a class="btn main" href="${to(back ?? path)}">${words.say(isDeed ? "away.back" : "verb.try_now")}</a></p></section>`,
  };
};
