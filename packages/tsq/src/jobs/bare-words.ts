/** Words that found nothing: what one types first is the name of a class, or a jid, and neither is looked for among those. */
import type { Filter } from "@tsq/core/api";
import { terminalText } from "../cli/terminal-text.ts";
import { wrapped } from "../cli/wrapped.ts";

/** A value that is longer, or has a space, is the name of nothing. */
const NAME = /^\S{1,100}$/;
/** The beginning of one, as it is copied. */
const JID = /^[0-9a-f]{8,}$/i;

/** Behind a `none`: how one asks for what these words probably are; empty without such words. */
export const bareWordsHint = (filter: Filter, width: number): string => {
  const hint = bareWordsText(filter);
  return hint === "" ? "" : ["", ...wrapped(hint, width, 0)].join("\n");
};

export const bareWordsText = (filter: Filter): string => {
  const word = filter.terms.find(({ kind, isNot, value }) => kind === "text" && !isNot && NAME.test(value));
  if (!word) return "";
  const value = terminalText(word.value);
  const meant = JID.test(word.value)
    ? `For a jid write jid:${value}${word.value.length < 24 ? "*" : ""}.`
    : `For a class write class:${value}, for a jid jid:JID.`;
  return `No argument and no error's message has \`${value}\`. ${meant}`;
};
