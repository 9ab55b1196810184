/**
 * A Ruby text without its comments and without its strings. It knows what stands in programs, not all that Ruby allows:
 * who reads the result must keep silent where it makes no sense.
 */
import { LineEnds } from "./line-ends.ts";
import { blanked } from "./source-text.ts";

export interface RubyText {
  readonly code: string;
  readonly bare: string;
  /** False where a string never ends: then the reading has lost its way, and what is behind it is not known. */
  readonly isWhole: boolean;
}

const CLOSES: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };

/** Strings in strings; a person nests two or three. */
const DEEPEST = 20;
const TAIL = 40;
/** Most of a text, where nothing else begins. */
const WORDS = /[\w ]+/y;

interface Heredoc {
  /** Of its name with what stands around it. */
  readonly length: number;
  readonly name: string;
  /** Whether blanks may stand before the name that ends it. */
  readonly isIndented: boolean;
}

export const readRuby = (text: string): RubyText => {
  const reading = new Reading(text);
  reading.read();
  return { code: reading.code, bare: reading.bare, isWhole: reading.isWhole };
};

class Reading {
  readonly #text: string;
  code = "";
  bare = "";
  isWhole = true;
  /** The end of `bare`, which grows by pieces: to look at it itself would put them together each time. */
  #tail = "";
  #at = 0;
  /** Whose text begins in the next line. */
  #heredocs: Heredoc[] = [];
  readonly #lines: LineEnds;

  constructor(text: string) {
    this.#text = text;
    this.#lines = new LineEnds(text);
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
    WORDS.lastIndex = at;
    const words = WORDS.exec(text);
    if (words) return this.#take(words[0].length);
    if (c === "\n") return this.#newline();
    if (c === "#") return this.#comment(this.#lineEnd(at));
    if (c === "?" && /^\?[^\s\w](?!\w)/.test(text.slice(at, at + 3)) && !/[\w)\]?]/.test(text[at - 1] ?? ""))
      return this.#take(2);
    // `$'` is a variable.
    if (c === "$" && /["'`]/.test(text[at + 1] ?? "")) return this.#take(2);
    if (c === '"' || c === "'" || c === "`") return this.#string(at + 1, c, c !== "'");
    const percent = c === "%" ? /^%([wWiIqQrsx]?)([^\w\s])/.exec(text.slice(at, at + 3)) : null;
    if (percent && (percent[1] !== "" || "([{<".includes(percent[2] ?? "")) && this.#isOperand())
      return this.#string(at + percent[0].length, percent[2] as string, /[WIQrx]|^$/.test(percent[1] ?? ""));
    const heredoc = c === "<" ? this.#heredoc(at) : undefined;
    if (heredoc) {
      this.#heredocs.push(heredoc);
      return this.#take(heredoc.length);
    }
    if (c === "/" && this.#isOperand()) {
      // A bracket is the class that it opens and nothing else: read in two ways it would take for ever.
      const regex = /^\/(?:\\.|\[(?:\\.|[^\]\n\\])*\]|[^/\n\\[])+\//.exec(text.slice(at, at + 1_000));
      if (regex) return this.#literal(regex[0].length, 1);
    }
    this.#take(1);
  }

  /** Whether a value may begin here, so that `/` and `%` are no operators. */
  #isOperand(): boolean {
    const before = this.#tail.trimEnd();
    if (before === "" || /[=(,[{|&!~?:;<>+*]$/.test(before)) return true;
    if (/\b(?:if|unless|when|and|or|not|return|in|while|until|then|do)$/.test(before)) return true;
    // `puts %w[a]` and `match /a/`: a blank before it and none behind.
    return /\s$/.test(this.#tail) && /\w$/.test(before) && !/\s/.test(this.#text[this.#at + 1] ?? "");
  }

  /** Undefined of what is a shift: behind a value without a blank, or where no line ends it. */
  #heredoc(at: number): Heredoc | undefined {
    if (/[\w)\]}"'@]/.test(this.#text[at - 1] ?? "")) return undefined;
    const [found, mark, , quoted, plain] =
      /^<<([~-]?)(?:(["'`])([^"'`\n]+)\2|([A-Za-z_]\w*))/.exec(this.#text.slice(at, at + 60)) ?? [];
    const name = quoted ?? plain;
    // `list <<item` is a shift as a rule; what is meant as text has capitals there.
    if (found === undefined || name === undefined || (mark === "" && /^[a-z]/.test(plain ?? "")))
      return undefined;
    const heredoc = { length: found.length, name, isIndented: mark !== "" };
    return this.#lines.endOf(heredoc, this.#lineEnd(at)) === undefined ? undefined : heredoc;
  }

  #string(from: number, opens: string, isExpanded: boolean): void {
    const end = this.#stringEnd(from, opens, isExpanded);
    if (end >= this.#text.length) this.isWhole = false;
    this.#literal(Math.min(end + 1, this.#text.length) - this.#at, from - this.#at);
  }

  /** Where what opened before it closes; the end of the text where it does not. */
  #stringEnd(from: number, opens: string, isExpanded: boolean, nested = 0): number {
    const closes = CLOSES[opens] ?? opens;
    let depth = 1;
    let end = from;
    for (; end < this.#text.length; end++) {
      const c = this.#text[end];
      if (c === "\\") end++;
      else if (isExpanded && c === "#" && this.#text[end + 1] === "{")
        end = this.#expansionEnd(end + 2, nested + 1);
      else if (c === closes && --depth === 0) return end;
      else if (c === opens && closes !== opens) depth++;
    }
    return this.#text.length;
  }

  /** The brace that ends `#{…}`, with what strings stand in it. */
  #expansionEnd(from: number, nested: number): number {
    if (nested > DEEPEST) return this.#text.length;
    let depth = 1;
    for (let at = from; at < this.#text.length; at++) {
      const c = this.#text[at];
      if (c === "\\" || (c === "$" && /["'`]/.test(this.#text[at + 1] ?? ""))) at++;
      else if (c === "{") depth++;
      else if (c === "}" && --depth === 0) return at;
      else if (c === '"' || c === "'") at = this.#stringEnd(at + 1, c, c === '"', nested);
    }
    return this.#text.length;
  }

  #newline(): void {
    this.#take(1);
    for (const heredoc of this.#heredocs.splice(0)) {
      const end = this.#lines.endOf(heredoc, this.#at);
      if (end === undefined) this.isWhole = false;
      else this.#literal(end - this.#at, 0, 0);
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
    this.#add(hidden, hidden);
  }

  /** A value: its marks stay, at the beginning and at the end. */
  #literal(length: number, before: number, after = 1): void {
    const literal = this.#text.slice(this.#at, this.#at + length);
    const inner = literal.slice(before, Math.max(before, length - after));
    this.#add(literal, literal.slice(0, before) + blanked(inner) + literal.slice(before + inner.length));
  }

  #take(length: number): void {
    const taken = this.#text.slice(this.#at, this.#at + length);
    this.#add(taken, taken);
  }

  #add(code: string, bare: string): void {
    this.code += code;
    this.bare += bare;
    this.#tail = (this.#tail + bare.slice(-TAIL)).slice(-TAIL);
    this.#at += code.length;
  }
}
