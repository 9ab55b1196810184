/** Names from Redis, so that a reader finds what differs in them: a class is read by its leaf. */
import { cut, html } from "../html/html.ts";
import type { Html } from "../html/html.ts";

const LONGEST = 200;
// Where a person would break a line.
const BREAKS = /(?<=::)|(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[_#/.])/;

/** A name that may break where a person would break it. */
export const soft = (name: string): Html =>
  html`${cut(name, LONGEST)
    .split(BREAKS)
    .map((part, i) => html`${i > 0 && html`<wbr>`}${part}`)}`;

/** `Billing::CapturePaymentJob`: the namespace is quiet, the leaf is what one looks for. */
export const className = (name: string): Html => {
  const short = cut(name, LONGEST);
  const at = short.lastIndexOf("::");
  if (at <= 0) return html`<bdi class="cls" dir="ltr">${soft(short)}</bdi>`;
  return html`<bdi class="cls" dir="ltr"><span>${soft(short.slice(0, at + 2))}</span><wbr>${soft(short.slice(at + 2))}</bdi>`;
};

/** Any other name, isolated: what it holds changes the direction of nothing around it. */
export const name = (text: string): Html => html`<bdi>${cut(text, LONGEST)}</bdi>`;
