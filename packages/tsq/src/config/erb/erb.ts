/**
 * The ERB of a sidekiq.yml, as Ruby's `ERB.new(text, trim_mode: "-")` renders it, for the
 * expressions that configuration needs. Ruby would run any code here; tsq refuses what it does not know.
 */
import { randomBytes } from "node:crypto";
import { ConfigError } from "@tsq/core";
import { evaluateExpression } from "./erb-expression.ts";
import type { Surroundings } from "./erb-expression.ts";
import { printed } from "../ruby-value.ts";
import { yamlComments } from "../yaml-source.ts";

export interface ErbResult {
  readonly text: string;
  /** For each line of `text`, the line of the template it comes from: `-%>` swallows line ends. */
  readonly lines: readonly number[];
}

/**
 * Renders the template. A value that stands in a YAML comment is left out where tsq cannot evaluate it:
 * whatever it is, it says nothing.
 *
 * @throws ConfigError naming file, line and fragment, for a tag that tsq does not evaluate
 */
export const evaluateErb = (template: string, from: Surroundings): ErbResult => {
  const result = new Rendering();
  // What stands in the text for each of those values, until it is known what is a comment.
  const unread = new Map<string, unknown>();
  let at = 0;
  let line = 1;
  while (at < template.length) {
    const found = OPENING.exec(template.slice(at));
    const opening = found?.[0] ?? "";
    const start = found ? at + found.index : template.length;
    result.append(template.slice(at, start), line);
    line += lineEnds(template, at, start);
    if (opening === "") break;
    at = start + opening.length;
    if (opening === "<%%") {
      result.append("<%", line);
      continue;
    }
    const closing = CLOSING.exec(template.slice(at));
    const end = closing ? at + closing[0].length : template.length;
    const place = `${from.file}:${line}`;
    const fragment = template.slice(start, end);
    const refuse = (reason: string, remedy?: string): ConfigError => refused(place, fragment, reason, remedy);
    if (!closing) throw refuse("it is never closed with `%>`");
    const [inside, ending = ""] = closing;
    if (opening === "<%=") {
      const code = inside.slice(0, -ending.length).replaceAll("%%>", "%>");
      let value: string;
      try {
        value = printed(evaluateExpression(code, from, refuse));
      } catch (error) {
        unread.set((value = `unread${randomBytes(12).toString("hex")}`), error);
      }
      result.append(value, line, "value");
    } else if (opening !== "<%#") {
      // Also `<% # words %>`: Ruby before 3.2 drops the rest of the line with it, later ones do not.
      throw refuse("it is a statement");
    }
    line += lineEnds(template, start, end);
    at = end;
    if (ending === "-%>") {
      const skipped = /^\r?\n/.exec(template.slice(at))?.[0].length ?? 0;
      at += skipped;
      if (skipped > 0) line++;
    }
  }
  return { text: withoutUnread(result.text, unread), lines: result.lines };
};

const withoutUnread = (text: string, unread: ReadonlyMap<string, unknown>): string => {
  if (unread.size === 0) return text;
  const comments = yamlComments(text);
  let rest = text;
  for (const [mark, error] of unread) {
    if (!comments.includes(mark)) throw error;
    rest = rest.replace(mark, "");
  }
  return rest;
};

const OPENING = /<%%|<%=|<%#|<%-|<%/;
// `%%>` inside a tag is an escaped `%>`, not its end.
const CLOSING = /^(?:%%>|(?!-?%>|%%>)[^])*?(-?%>)/;

const lineEnds = (text: string, from: number, to: number): number => {
  let count = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
};

class Rendering {
  text = "";
  readonly lines: number[] = [1];

  append(text: string, templateLine: number, kind: "template" | "value" = "template"): void {
    if (text === "") return;
    // A line whose start was swallowed belongs to the line that gives its first character.
    if (this.text === "" || this.text.endsWith("\n")) this.lines[this.lines.length - 1] = templateLine;
    let line = templateLine;
    for (const letter of text) {
      if (letter !== "\n") continue;
      if (kind === "template") line++;
      this.lines.push(line);
    }
    this.text += text;
  }
}

const LONGEST_FRAGMENT = 80;

const WHAT_TSQ_EVALUATES =
  "tsq evaluates only `<%= %>` with ENV['X'], ENV.fetch('X', default), numbers, strings, `||`, `==`, `!=`, " +
  "`? :`, `+ - * /`, `.to_i`, `.to_f`, `.to_s`, `.presence`, Integer(), Float(), __FILE__ and __dir__, and `<%# comments %>`; write a plain value.";

const refused = (
  place: string,
  fragment: string,
  reason: string,
  remedy = WHAT_TSQ_EVALUATES,
): ConfigError => {
  const oneLine = fragment.trim().replace(/\s+/g, " ");
  const shown = oneLine.length > LONGEST_FRAGMENT ? `${oneLine.slice(0, LONGEST_FRAGMENT)}…` : oneLine;
  return new ConfigError(`${place}: tsq cannot evaluate \`${shown}\`: ${reason}. ${remedy}`);
};
