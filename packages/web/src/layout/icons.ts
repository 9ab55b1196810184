/** The dashboard's signs: a shape for each state, so that colour never says it alone. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";

const SHAPES = {
  tsq: html`<path d="M2 4.5h12M2 8h9M2 11.5h6" stroke-width="2.4"/>`,
  dash: html`<path d="M2.5 11.5a5.5 5.5 0 1 1 11 0M8 11l2.5-3.5"/>`,
  busy: html`<path d="M5 3.5v9l7-4.5z"/>`,
  queue: html`<path d="M2.5 4h11M2.5 8h11M2.5 12h11"/>`,
  retry: html`<path d="M13 8a5 5 0 1 1-1.6-3.7M13.2 2v3h-3"/>`,
  sched: html`<circle cx="8" cy="8" r="5.5"/><path d="M8 5v3.2l2.2 1.4"/>`,
  dead: html`<circle cx="8" cy="8" r="5.5"/><path d="m6 6 4 4m0-4-4 4"/>`,
  tab: html`<path d="M2.5 4.5h11v9h-11zM2.5 7.5h11M5.5 2.5v3M10.5 2.5v3"/>`,
  err: html`<path d="M8 2.5 14 13H2zM8 6.5v3M8 11.2v.3"/>`,
  metrics: html`<path d="M3 13V8M6.5 13V3M10 13V6M13.5 13v-3"/>`,
  audit: html`<path d="M3.5 2.5h9v11h-9zM5.8 5.5h4.4M5.8 8h4.4M5.8 10.5h2.6"/>`,
  find: html`<circle cx="7" cy="7" r="4.2"/><path d="m10.2 10.2 3.3 3.3"/>`,
  ok: html`<path d="m3.5 8.5 3 3 6-7"/>`,
  idle: html`<circle cx="8" cy="8" r="4.5"/>`,
  pause: html`<path d="M5.5 4v8M10.5 4v8" stroke-width="2"/>`,
  theme: html`<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor"/>`,
  user: html`<circle cx="8" cy="5.5" r="2.6"/><path d="M3 13.5c.6-2.6 2.5-3.9 5-3.9s4.4 1.3 5 3.9"/>`,
  plug: html`<path d="M5.5 2.5v3M10.5 2.5v3M4 5.5h8v2a4 4 0 0 1-8 0zM8 11.5v2"/>`,
} as const;

/** The name of a sign. */
export type IconName = keyof typeof SHAPES;

/** A sign beside words that say the same. */
export const icon = (name: IconName): Html =>
  html`<svg class="i" aria-hidden="true"><use href="#i-${name}"/></svg>`;

/** All signs, once a page: `icon()` only points at them. */
export const sprite = (): Html =>
  html`<svg class="sprite" aria-hidden="true">${Object.entries(SHAPES).map(
    ([name, shape]) =>
      html`<symbol id="i-${name}" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${shape}</symbol>`,
  )}</svg>`;
