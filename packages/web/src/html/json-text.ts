/** Values of a job as JSON, no more of them than a page shows: one argument may have 50 MB. */
import { html } from "./html.ts";
import type { Html } from "./html.ts";

const MOST_ITEMS = 40;
const DEEPEST = 12;
const LONGEST_STRING = 2_000;

/** The beginning, on one line. */
export const shortJson = (value: unknown, longest: number): string => {
  const text = oneLine(value, longest, 0);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
};

/** Arguments on one line, without the brackets around them. */
export const shortArgs = (args: readonly unknown[], longest: number): string => {
  let text = "";
  for (const [i, arg] of args.entries()) {
    text += (i > 0 ? ", " : "") + oneLine(arg, longest - text.length, 0);
    if (text.length > longest) return `${text.slice(0, longest)}…`;
  }
  return text;
};

/** Ends soon after `longest` characters: nobody reads the rest. */
const oneLine = (value: unknown, longest: number, depth: number): string => {
  if (typeof value === "string") return JSON.stringify(value.slice(0, Math.max(0, longest) + 1));
  if (typeof value !== "object" || value === null) return String(value);
  if (depth > DEEPEST) return "…";
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  let isFirst = true;
  for (const [key, item] of Object.entries(value)) {
    if (text.length > longest) return `${text}…`;
    if (!isFirst) text += ", ";
    isFirst = false;
    if (!isList) text += `${JSON.stringify(key)}: `;
    text += oneLine(item, longest - text.length, depth + 1);
  }
  return text + (isList ? "]" : "}");
};

/** In colours and on lines of its own, as far as it is worth reading. */
export const prettyJson = (value: unknown, pad = "", depth = 0): Html => {
  if (typeof value === "string") return html`<span class="s">${shortJson(value, LONGEST_STRING)}</span>`;
  if (value === null || typeof value === "boolean") return html`<span class="l">${String(value)}</span>`;
  if (typeof value !== "object") return html`<span class="d">${oneLine(value, LONGEST_STRING, 0)}</span>`;
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) return html`${open}${close}`;
  if (depth > DEEPEST) return html`${open}…${close}`;
  const inner = `${pad}  `;
  const lines = entries.slice(0, MOST_ITEMS).map(([key, item], i) => {
    const name = isList ? undefined : html`<span class="k">${shortJson(key, LONGEST_STRING)}</span>: `;
    return html`${inner}${name}${prettyJson(item, inner, depth + 1)}${i < entries.length - 1 && ","}\n`;
  });
  return html`${open}\n${lines}${entries.length > MOST_ITEMS && html`${inner}…\n`}${pad}${close}`;
};
