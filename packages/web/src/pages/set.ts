/** The retry set, the scheduled set and the dead set: one page for all three. */
import { html } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { empty, roleNote } from "../layout/parts.ts";
import { workNews } from "./bulk-work.ts";
import { facetList, isNarrowed, narrowForm } from "./narrow.ts";
import { setChart } from "./set-chart.ts";
import { setList } from "./set-list.ts";
import { SET_KINDS } from "./set-view.ts";
import type { SetView } from "./set-view.ts";

/** `/retries`, `/scheduled`, `/morgue` */
export const setPage = (view: SetView, frame: Frame): Page => {
  const { words } = frame;
  const kind = SET_KINDS[view.set];
  const title = words.say(kind.title);
  if (view.size === 0) {
    const body = html`${workNews(view.works, frame)}${empty("ok", "ok", words.say(kind.none), words.say(kind.why))}`;
    return { title, heading: words.say(kind.none), body };
  }
  return {
    title,
    ...answer(view, frame),
    body: html`${roleNote(frame)}${workNews(view.works, frame)}${narrowForm(view.narrow, frame)}<div class="grid g-facets">${facetList(view.facets, kind.tone, frame)}<div class="stack">${setChart(view.chart, frame)}${setList(view, frame)}</div></div>`,
  };
};

const answer = ({ narrow, size, facets, set }: SetView, { words }: Frame): Pick<Page, "heading" | "lead"> => {
  const kind = SET_KINDS[set];
  if (!isNarrowed(narrow)) {
    return { heading: words.say(kind.heading, { count: size }), lead: words.say(kind.lead) };
  }
  // Of a text that stands anywhere nothing is counted.
  if (!facets || narrow.badges.some(({ isAnywhere }) => isAnywhere)) {
    return { heading: words.say("narrow.matching_unknown"), lead: words.say(kind.lead) };
  }
  const { count, looked, total } = facets;
  return looked < total
    ? {
        heading: words.say("narrow.matching_of", { count, looked }),
        lead: words.say("narrow.part", { looked, total }),
      }
    : { heading: words.say("narrow.matching", { count }), lead: words.say("narrow.whole", { total }) };
};
