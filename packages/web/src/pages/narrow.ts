/** What narrows a list: the box, the words that are on, and the values that its jobs have, each with its count. */
import { share } from "../charts/share.ts";
import type { Tone } from "../charts/svg.ts";
import { cut, exact, html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import { className, name } from "../layout/names.ts";
import type { NarrowView } from "../request/list-query.ts";

/** Values of one kind that jobs of the list have. */
export interface FacetView {
  readonly kind: "class" | "queue" | "error" | "tag";
  readonly values: readonly {
    readonly value: string;
    readonly count: number;
    /** The page with this filter, or without it where it is on. */
    readonly path: string;
    readonly isOn: boolean;
  }[];
  /** How many of other values. */
  readonly others: number;
}

/** What jobs there are, as far as was looked. */
export interface FacetsView {
  readonly list: readonly FacetView[];
  /** How many the filter means. */
  readonly count: number;
  readonly looked: number;
  readonly total: number;
}

const LONGEST = 120;

/** Whether the list is narrowed at all. */
export const isNarrowed = ({ badges }: NarrowView): boolean => badges.length > 0;

/** The filter as text, empty where it means all; undefined where a text is looked for anywhere, which no work can do. */
export const filterOf = ({ badges }: NarrowView): string | undefined =>
  badges.some(({ isAnywhere }) => isAnywhere) ? undefined : badges.map(({ text }) => text).join(" ");

/** "All 1,300 that match:", with the count where all were counted. */
export const matchingOf = (facets: FacetsView | undefined, words: Frame["words"]): Html =>
  facets && facets.looked >= facets.total
    ? words.say("bulk.all_matching", { n: facets.count })
    : words.say("bulk.all_that_match");

/** The box, with what is on below it. */
export const narrowForm = (view: NarrowView, frame: Frame): Html => {
  const { words, to } = frame;
  const { path, text, problem } = view;
  return html`<div class="stack"><form class="chips" action="${to(path)}"><label class="find grow">${icon("find")}<span class="vh">${words.say("verb.filter")}</span><input type="search" name="q" value="${exact(text)}" placeholder="${words.say("narrow.hint")}" autocomplete="off" spellcheck="false" aria-describedby="words"></label><button class="btn">${words.say("verb.filter")}</button></form>${problem !== undefined && html`<p class="flash s-retry" role="alert">${icon("err")}<span lang="en" dir="ltr">${problem}</span></p>`}${badges(view, frame)}<details class="help" id="words"><summary>${words.say("narrow.words")}</summary><p class="dim">${words.say("narrow.words_text")} <code>class:HardJob</code> <code>queue:low</code> <code>tag:import</code> <code>error:Net::*</code> <code>jid:…</code> <code>after:2h</code> <code>before:2030-01-31</code> <code>"card declined"</code> <code>-queue:low</code> ${words.say("zone.typed", { zone: words.zone.name })}</p></details></div>`;
};

const badges = ({ badges: list, path }: NarrowView, { words, to }: Frame): Html => {
  if (list.length === 0) return NOTHING;
  const shown = list.map(({ text, path: without, isAnywhere }) => {
    const short = html`<bdi>${cut(text, LONGEST)}</bdi>`;
    const said = isAnywhere ? words.say("narrow.anywhere", { text: short }) : short;
    return html`<li><a class="badge" href="${to(without)}" aria-label="${words.say("verb.filter_remove", { name: cut(text, LONGEST) })}">${said} ${icon("dead")}</a></li>`;
  });
  return html`<ul class="chips" aria-label="${words.say("verb.filters")}">${shown}<li><a class="link" href="${to(path)}">${words.say("verb.filter_clear")}</a></li></ul>`;
};

/** The values with their shares, at the side of the list. */
export const facetList = (view: FacetsView | undefined, tone: Tone, frame: Frame): Html => {
  const { words } = frame;
  if (!view) {
    return html`<div class="facets" id="facets" data-live><p class="dim"><small>${words.say("narrow.counting")}</small></p></div>`;
  }
  const { list, looked, total, count } = view;
  const note =
    looked < total &&
    html`<p class="dim"><small>${words.say("set.counted_on", { n: looked, total })}</small></p>`;
  const lists = list
    .filter(({ values }) => values.length > 0)
    .map((facet) => facetOf(facet, count, tone, frame));
  return html`<details class="facets" id="facets" data-live><summary class="btn">${icon("find")} ${words.say("narrow.by")}</summary><div>${lists}${note}</div></details>`;
};

const facetOf = ({ kind, values, others }: FacetView, count: number, tone: Tone, frame: Frame): Html => {
  const { words, to } = frame;
  const items = values.map(({ value, count: n, path, isOn }) => {
    const shown =
      value === "" ? html`<b>–</b>` : kind === "class" ? className(value) : html`<b>${name(value)}</b>`;
    const part = n / Math.max(1, count);
    return html`<li><a href="${to(path)}"${isOn && html` aria-current="true"`} title="${words.percent(part)}">${shown}<span class="n">${words.number(n)}</span>${share(part, tone)}</a></li>`;
  });
  const rest = others > 0 && html`<li><small>${words.say("narrow.others", { count: others })}</small></li>`;
  return html`<h3>${words.say(`facet.${kind}`)}</h3><ul>${items}${rest}</ul>`;
};
