/**
 * A Ruby text without its comments and without its strings. It knows what stands in programs, not all that Ruby allows:
 * who reads the result must keep silent where it makes no sense.
 */
import { blanked } from "./source-text.ts";

export interface RubyText {
  readonly code: string;
  readonly bare: string;
}

const CLOSES: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };

export const readRuby = (text: string): RubyText => {
  const reading = new Reading(text);
  reading.read();
  return { code: reading.code, bare: reading.bare };
};

class Reading {
  readonly #text: string;
  code = "";
  bare = "";
  #at = 0;
  /** Of heredocs whose text begins in the next line. */
  #heredocs: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): void {
    while (this.#at < this.#text.length) this.#step();
  }

  #step(): void {
    const text = this.#text;
    const at = this.#at;
    const c = text[at] as string;
    if (at === 0 || text[at - 1] === "\n") {
      if (/^=begin\b/.test(text.slice(at, at + 7))) return this.#comment(this.#endOf(/^=end\b.*$/m, at));
      if (/^__END__\r?(?:\n|$)/.test(text.slice(at, at + 9))) return this.#comment(text.length);
    }
    if (c === "\n") return this.#newline();
    if (c === "#") return this.#comment(this.#lineEnd(at));
    if (c === "?" && /^\?[^\s\w](?!\w)/.test(text.slice(at, at + 3)) && !/[\w)\]?]/.test(text[at - 1] ?? ""))
      return this.#take(2);
    if (c === '"' || c === "'" || c === "`") return this.#string(at + 1, c, c !== "'");
    const percent = /^%([wWiIqQrsx]?)([^\w\s])/.exec(text.slice(at, at + 3));
    if (c === "%" && percent && (percent[1] !== "" || "([{<".includes(percent[2] ?? "")) && this.#isOperand())
      return this.#string(at + percent[0].length, percent[2] as string, /[WIQrx]|^$/.test(percent[1] ?? ""));
    const heredoc = /^<<[~-]?(["'`]?)([A-Z_]\w*)\1/.exec(text.slice(at, at + 60));
    if (c === "<" && heredoc) {
      this.#heredocs.push(heredoc[2] as string);
      return this.#take(heredoc[0].length);
    }
    if (c === "/" && this.#isOperand()) {
      const regex = /^\/(?:\\.|\[(?:\\.|[^\]\n\\])*\]|[^/\n\\])+\//.exec(text.slice(at, at + 1_000));
      if (regex) return this.#literal(regex[0].length, 1);
    }
    this.#take(1);
  }

  /** Whether a value may begin here, so that `/` and `%` are no operators. */
  #isOperand(): boolean {
    const before = this.bare.slice(-40).trimEnd();
    if (before === "" || /[=(,[{|&!~?:;<>+*]$/.test(before)) return true;
    if (/\b(?:if|unless|when|and|or|not|return|in|while|until|then|do)$/.test(before)) return true;
    // `puts %w[a]` and `match /a/`: a blank before it and none behind.
    return /\s$/.test(this.bare) && /\w$/.test(before) && !/\s/.test(this.#text[this.#at + 1] ?? "");
  }

  #string(from: number, opens: string, isExpanded: boolean): void {
    const closes = CLOSES[opens] ?? opens;
    let depth = 1;
    let end = from;
    for (; end < this.#text.length; end++) {
      const c = this.#text[end];
      if (c === "\\") end++;
      else if (isExpanded && c === "#" && this.#text[end + 1] === "{") end = this.#expansionEnd(end + 2);
      else if (c === closes && --depth === 0) break;
      else if (c === opens && closes !== opens) depth++;
    }
    this.#literal(Math.min(end + 1, this.#text.length) - this.#at, from - this.#at);
  }

  /** The brace that ends `#{…}`, with what strings stand in it. */
  #expansionEnd(from: number): number {
    let depth = 1;
    for (let at = from; at < this.#text.length; at++) {
      const c = this.#text[at];
      if (c === "\\") at++;
      else if (c === "{") depth++;
      else if (c === "}" && --depth === 0) return at;
      else if (c === '"' || c === "'") {
        const close = this.#text.indexOf(c, at + 1);
        if (close === -1) return this.#text.length;
        at = close;
      }
    }
    return this.#text.length;
  }

  #newline(): void {
    this.#take(1);
    for (const name of this.#heredocs.splice(0)) {
      const end = this.#endOf(new RegExp(`^[ \\t]*${name}\\r?$`, "m"), this.#at);
      this.#literal(end - this.#at, 0, 0);
    }
  }

  /** Behind what fits, from here on; the end where nothing does. */
  #endOf(pattern: RegExp, from: number): number {
    const found = pattern.exec(this.#text.slice(from));
    return found ? from + found.index + found[0].length : this.#text.length;
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf("\n", at);
    return end === -1 ? this.#text.length : end;
  }

  #comment(end: number): void {
    const hidden = blanked(this.#text.slice(this.#at, end));
    this.code += hidden;
    this.bare += hidden;
    this.#at = end;
  }

  /** A value: its marks stay, at the beginning and at the end. */
  #literal(length: number, before: number, after = 1): void {
    const literal = this.#text.slice(this.#at, this.#at + length);
    this.code += literal;
    const inner = literal.slice(before, Math.max(before, length - after));
    this.bare += literal.slice(0, before) + blanked(inner) + literal.slice(before + inner.length);
    this.#at += length;
  }

  #take(length: number): void {
    const taken = this.#text.slice(this.#at, this.#at + length);
    this.code += taken;
    this.bare += taken;
    this.#at += length;
  }
}
