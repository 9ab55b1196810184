/** The frame of every page: head, navigation with its counts, the bar at the top, and the page in it. */
import { asText, exact, html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { TOKEN_FIELD } from "../security/csrf.ts";
import { iso } from "../words/words.ts";
import type { WordKey } from "../words/words.ts";
import type { Frame, Page, TabLink } from "./frame.ts";
import { icon, sprite } from "./icons.ts";
import type { IconName } from "./icons.ts";
import { preferences } from "./preferences.ts";

// Seconds from one look to the next.
const EVERY_SECONDS = 5;

/** In their order: the second builds on the first. */
const SCRIPTS = ["app.js", "keys.js"] as const;

interface Entry {
  readonly path: string;
  readonly shape: IconName;
  readonly word: WordKey;
  readonly key: string;
  readonly count?: keyof NonNullable<Frame["counts"]>;
}

/** Sidekiq's pages, by Sidekiq's paths; `key` goes there after `g`. */
const ENTRIES: readonly Entry[] = [
  { path: "/", shape: "dash", word: "nav.dashboard", key: "d" },
  { path: "/busy", shape: "busy", word: "nav.busy", key: "b", count: "busy" },
  { path: "/queues", shape: "queue", word: "nav.queues", key: "q", count: "enqueued" },
  { path: "/retries", shape: "retry", word: "nav.retries", key: "r", count: "retries" },
  { path: "/scheduled", shape: "sched", word: "nav.scheduled", key: "s", count: "scheduled" },
  { path: "/morgue", shape: "dead", word: "nav.dead", key: "m", count: "dead" },
  { path: "/errors", shape: "err", word: "nav.errors", key: "e" },
  { path: "/metrics", shape: "metrics", word: "nav.metrics", key: "t" },
  { path: "/audit", shape: "audit", word: "nav.audit", key: "a" },
];

/** A whole document. */
export const layout = (page: Page, frame: Frame): Html => {
  const { words } = frame;
  const poll = page.isLive === false ? NOTHING : html` data-poll="${EVERY_SECONDS}"`;
  return html`<!doctype html>
<html lang="${words.locale}"${words.isRightToLeft && html` dir="rtl"`}${themeOf(frame)}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>${asText(page.title)} · tsq${frame.environment && html` ${frame.environment}`}</title>
<link rel="stylesheet" href="${frame.assets["app.css"]}"><link rel="icon" href="${frame.assets["icon.svg"]}">
${SCRIPTS.map((name) => html`<script type="module" src="${frame.assets[name]}"></script>`)}${page.refreshSeconds !== undefined && html`<noscript><meta http-equiv="refresh" content="${page.refreshSeconds}"></noscript>`}</head>
<body${page.isAlone && html` class="alone"`}${poll} data-now="${iso(frame.nowMs)}" data-words="${words.ofScript()}">${sprite()}${page.isAlone ? alone(page, frame) : framed(page, frame)}</body></html>`;
};

const themeOf = ({ theme }: Frame): Html => (theme === "system" ? NOTHING : html` data-theme="${theme}"`);

const alone = (page: Page, frame: Frame): Html =>
  html`<main id="main"><div class="stack"><p class="brand">${icon("tsq")}tsq${environment(frame)}</p>${head(page)}${page.body}</div></main>`;

const framed = (page: Page, frame: Frame): Html => {
  const { words } = frame;
  return html`<a class="skip" href="#main">${words.say("frame.skip")}</a>
<header class="side"><div><a class="brand" href="${frame.to("/")}">${icon("tsq")}tsq${environment(frame)}</a>
${navigation(page, frame)}
<div class="foot"><p>tsq ${frame.version}</p>${frame.server && html`<p><bdi class="mono">${frame.server}</bdi></p>`}<p><time datetime="${iso(frame.nowMs)}" title="${words.zone.stamp(frame.nowMs)}">${words.zone.markedClock(frame.nowMs)}</time></p></div></div></header>
<div><div class="bar" role="region" aria-label="${words.say("frame.bar")}">${searchBox(frame)}<div class="end">${liveButton(frame)}${themeForm(frame)}${who(frame)}</div></div>
<main id="main" tabindex="-1">${frame.flash && html`<p class="flash s-ok" role="status">${icon("ok")}<span>${frame.flash}</span></p>`}${replicaNote(frame)}${head(page)}${page.body}</main>${preferences(frame)}</div>`;
};

const replicaNote = ({ isReplica, words }: Frame): Html =>
  isReplica
    ? html`<p class="flash s-retry">${icon("err")}<span>${words.say("away.replica")}</span></p>`
    : NOTHING;

const environment = ({ environment: name }: Frame): Html =>
  name ? html` <span class="env s-dead"><bdi>${name}</bdi></span>` : NOTHING;

const head = ({ crumb, heading, lead, aside }: Page): Html =>
  html`<div class="head" id="head" data-live><div>${crumb && html`<p class="crumb">${crumb}</p>`}<h1>${heading}</h1>${lead && html`<p>${lead}</p>`}</div>${aside}</div>`;

const navigation = (page: Page, frame: Frame): Html => {
  const { words } = frame;
  const here = page.here ?? frame.path;
  const entries = ENTRIES.map(({ path, shape, word, key, count }) => {
    const value = count && frame.counts?.[count];
    const isHot = value !== undefined && value > 0 && frame.hot?.includes(path);
    return item(
      frame,
      path,
      isAt(path, here),
      key,
      html`${icon(shape)}${words.say(word)}${number(frame, value, isHot)}`,
    );
  });
  const tabs = frame.tabs.map((tab) => tabItem(tab, frame, here));
  return html`<nav class="nav" aria-label="${words.say("frame.pages")}" id="nav" data-live><ul>${entries}</ul>${tabs.length > 0 && html`<ul>${tabs}</ul>`}</nav>`;
};

const tabItem = ({ path, label, count }: TabLink, frame: Frame, here: string): Html =>
  item(
    frame,
    path,
    isAt(path, here),
    undefined,
    html`${icon("tab")}<bdi>${label}</bdi>${number(frame, count, false)}`,
  );

const item = (frame: Frame, path: string, isHere: boolean, key: string | undefined, body: Html): Html =>
  html`<li><a href="${frame.to(path)}"${isHere && html` aria-current="page"`}${key && html` data-go="${key}"`}>${body}</a></li>`;

const number = ({ words }: Frame, value: number | undefined, isHot: boolean | undefined): Html =>
  value === undefined ? NOTHING : html`<span class="n${isHot && " hot"}">${words.number(value)}</span>`;

const isAt = (path: string, here: string): boolean =>
  here === path || (path !== "/" && here.startsWith(`${path}/`));

const searchBox = ({ search, to, words }: Frame): Html =>
  search
    ? html`<form role="search" action="${to(search.path)}"><label class="find">${icon("find")}<span class="vh">${words.say("frame.search")}</span><input name="q" type="search" placeholder="${words.say("frame.search")}" value="${exact(search.text)}" autocomplete="off" aria-keyshortcuts="/"><kbd aria-hidden="true">/</kbd></label></form>`
    : NOTHING;

/** The script shows it: without one, nothing is live. */
const liveButton = ({ words }: Frame): Html =>
  html`<button class="btn q live" type="button" aria-pressed="true" hidden data-livetoggle><i></i><span class="txt">${words.say("client.live")}</span></button>`;

/** Each press is the next of system, light and dark; without the script as with it. */
const themeForm = (frame: Frame): Html => {
  const { words, theme } = frame;
  const next = { system: "light", light: "dark", dark: "system" }[theme];
  const names = {
    system: words.say("client.system"),
    light: words.say("client.light"),
    dark: words.say("client.dark"),
  };
  const label = words.say("client.theme", { name: names[theme] });
  return html`<form method="post" action="${frame.to("/preferences")}" data-themer><input type="hidden" name="${TOKEN_FIELD}" value="${frame.csrf}"><button class="btn q" name="theme" value="${next}" aria-label="${label}" title="${label}">${icon("theme")}</button></form>`;
};

const who = ({ user, words }: Frame): Html =>
  user
    ? html`<span class="me" title="${words.say("frame.signed_in")}">${icon("user")}<span class="txt"><bdi>${user.name}</bdi> · ${words.say(`role.${user.role}`)}</span></span>`
    : NOTHING;
