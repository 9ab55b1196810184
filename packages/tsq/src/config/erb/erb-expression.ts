/**
 * One Ruby expression of the kind a sidekiq.yml holds, read by a tokenizer and a recursive descent
 * parser. What is not in the grammar is refused, so a file can never run code.
 *
 *   ternary  = either [ "?" ternary ":" ternary ]
 *   either   = equality { "||" equality }
 *   equality = sum [ ("==" | "!=") sum ]
 *   sum      = product { ("+" | "-") product }
 *   product  = unary { ("*" | "/") unary }
 *   unary    = [ "-" ] primary { "." ("to_i" | "to_f" | "to_s" | "presence") }
 *   primary  = number | string | nil | true | false | "(" ternary ")" | __FILE__ | __dir__
 *            | ("Integer" | "Float" | "String") "(" ternary ")"
 *            | ENV "[" string "]" | ENV.fetch "(" string [ "," ternary ] ")" [ "{" ternary "}" ]
 */

import { dirname, resolve } from "node:path";
import { functionOf, methodOf } from "./erb-methods.ts";
import type { Refuse } from "./erb-methods.ts";
import { calculate, isEqual, isNumber, isTruthy } from "../ruby-value.ts";
import type { RubyValue, Sign } from "../ruby-value.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where an expression stands. */
export interface Surroundings {
  /** The path of the config file. */
  readonly file: string;
  readonly env: Environment;
}

/** @throws what `refuse` makes, when the expression is outside the grammar or cannot be computed */
export const evaluateExpression = (code: string, around: Surroundings, refuse: Refuse): RubyValue =>
  new ExpressionParser(tokenize(code, refuse), around, refuse).parse()();

type Kind = "number" | "string" | "name" | "sign";

interface Token {
  readonly kind: Kind;
  readonly text: string;
  /** Ruby ends a statement at most line ends, so an operator may not open a line. */
  readonly opensLine: boolean;
}

// A parser that recurses once per parenthesis must not be handed a megabyte of them.
const MOST_TOKENS = 500;

const TOKEN =
  /\s*(?:(?<number>0[xX][\da-fA-F]+|0[bB][01]+|\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?)|(?<string>'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*")|(?<name>[A-Za-z_]\w*[?!]?)|(?<sign>\|\||==|!=|[-+*/()[\]{}.,?:]))/y;

const tokenize = (code: string, refuse: Refuse): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  const end = code.trimEnd().length;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(code);
    if (!match) throw refuse(`\`${code.slice(at).trim()[0]}\` is not understood`);
    const [kind, text] = Object.entries(match.groups ?? {}).find(([, group]) => group !== undefined) ?? [];
    const opensLine = match[0].slice(0, -(text?.length ?? 0)).includes("\n");
    tokens.push({ kind: kind as Kind, text: text ?? "", opensLine });
    at = TOKEN.lastIndex;
    if (tokens.length > MOST_TOKENS) throw refuse("it is too long");
  }
  return tokens;
};

/** Each rule returns a thunk: Ruby does not evaluate the branch it does not take, nor may we. */
type Thunk = () => RubyValue;

class ExpressionParser {
  readonly #tokens: readonly Token[];
  readonly #env: Environment;
  readonly #file: string;
  readonly #refuse: Refuse;
  #at = 0;

  constructor(tokens: readonly Token[], { env, file }: Surroundings, refuse: Refuse) {
    this.#tokens = tokens;
    this.#env = env;
    // As Sidekiq names it to ERB.
    this.#file = resolve(file);
    this.#refuse = refuse;
  }

  parse(): Thunk {
    const value = this.#ternary();
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return value;
  }

  #ternary(): Thunk {
    const condition = this.#either();
    if (!this.#take("?")) return condition;
    const yes = this.#ternary();
    this.#expect(":");
    const no = this.#ternary();
    return () => (isTruthy(condition()) ? yes() : no());
  }

  #either(): Thunk {
    let left = this.#equality();
    while (this.#take("||")) {
      const [first, second] = [left, this.#equality()];
      left = () => {
        const value = first();
        return isTruthy(value) ? value : second();
      };
    }
    return left;
  }

  #equality(): Thunk {
    const left = this.#sum();
    const sign = this.#take("==", "!=");
    if (!sign) return left;
    const right = this.#sum();
    return () => isEqual(left(), right()) === (sign === "==");
  }

  #sum(): Thunk {
    let left = this.#product();
    for (let sign = this.#take("+", "-"); sign; sign = this.#take("+", "-")) {
      left = this.#arithmetic(sign, left, this.#product());
    }
    return left;
  }

  #product(): Thunk {
    let left = this.#unary();
    for (let sign = this.#take("*", "/"); sign; sign = this.#take("*", "/")) {
      left = this.#arithmetic(sign, left, this.#unary());
    }
    return left;
  }

  #arithmetic(sign: Sign, left: Thunk, right: Thunk): Thunk {
    return () => {
      const [a, b] = [left(), right()];
      if (sign === "+" && typeof a === "string") {
        if (typeof b !== "string") throw this.#refuse("`+` joins a string to a string alone; add `.to_s`");
        return a + b;
      }
      if (!isNumber(a) || !isNumber(b)) throw this.#refuse(`\`${sign}\` needs two numbers; add \`.to_i\``);
      if (sign === "/" && b === 0n && typeof a === "bigint") throw this.#refuse("it divides by zero");
      return calculate(sign, a, b);
    };
  }

  #unary(): Thunk {
    if (!this.#take("-")) return this.#conversions(this.#primary());
    // Ruby reads `-2.to_s` as (-2).to_s, but `-x.to_i` as -(x.to_i).
    const isLiteral = this.#tokens[this.#at]?.kind === "number";
    const operand = isLiteral ? this.#primary() : this.#conversions(this.#primary());
    const negative = (): RubyValue => {
      const value = operand();
      if (!isNumber(value)) throw this.#refuse("`-` needs a number; add `.to_i`");
      return -value;
    };
    return isLiteral ? this.#conversions(negative) : negative;
  }

  #conversions(operand: Thunk): Thunk {
    let result = operand;
    while (this.#take(".")) {
      const [name, inner] = [this.#tokens[this.#at++]?.text ?? "", result];
      const method = methodOf(name);
      if (!method) throw this.#refuse(`\`.${name}\` is not among the methods tsq knows`);
      result = () => method(inner(), this.#refuse);
    }
    return result;
  }

  #primary(): Thunk {
    const token = this.#tokens[this.#at];
    if (!token) throw this.#refuse("it ends too early");
    this.#at++;
    if (token.kind === "number") {
      const value = this.#number(token.text);
      return () => value;
    }
    if (token.kind === "string") {
      const value = this.#string(token.text);
      return () => value;
    }
    if (token.text === "(") {
      const inner = this.#ternary();
      this.#expect(")");
      return inner;
    }
    if (token.text === "ENV") return this.#environmentVariable();
    if (token.text === "__FILE__") return () => this.#file;
    if (token.text === "__dir__") return () => dirname(this.#file);
    const converts = token.kind === "name" ? functionOf(token.text) : undefined;
    if (converts) {
      this.#expect("(");
      const argument = this.#ternary();
      this.#expect(")");
      return () => converts(argument(), this.#refuse);
    }
    if (token.text in LITERALS) return () => LITERALS[token.text] ?? null;
    this.#at--;
    throw this.#unexpected();
  }

  #environmentVariable(): Thunk {
    if (this.#take("[")) {
      const name = this.#name();
      this.#expect("]");
      return () => this.#env[name] ?? null;
    }
    this.#expect(".");
    this.#expect("fetch");
    this.#expect("(");
    const name = this.#name();
    const fallback = this.#take(",") ? this.#ternary() : undefined;
    this.#expect(")");
    const block = !fallback && this.#take("{") ? this.#ternary() : undefined;
    if (block) this.#expect("}");
    return () => {
      // Ruby computes the second argument before it looks; only the block is lazy.
      const argument = fallback?.();
      const set = this.#env[name] ?? argument;
      if (set !== undefined) return set;
      if (block) return block();
      throw this.#refuse(
        `the environment variable \`${name}\` is not set`,
        `Set it, or give a default: ENV.fetch('${name}', default).`,
      );
    };
  }

  #name(): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== "string") throw this.#refuse("ENV takes the name of a variable in quotes");
    return this.#string(token.text);
  }

  #number(text: string): bigint | number {
    if (/^0[xb]/i.test(text)) return BigInt(text);
    if (text.includes(".")) return Number(text.replaceAll("_", ""));
    if (!/^0\d/.test(text)) return BigInt(text.replaceAll("_", ""));
    if (/[89_]/.test(text)) throw this.#refuse(`\`${text}\` is no octal number`);
    return BigInt(`0o${text}`);
  }

  #string(literal: string): string {
    const text = literal.slice(1, -1);
    if (literal.startsWith("'")) return text.replace(/\\(['\\])/g, "$1");
    if (/#[{$@]/.test(text)) throw this.#refuse("a string may not contain `#{…}`");
    return text.replace(/\\([^])/g, (escape, letter: string) => {
      const value = ESCAPES[letter];
      if (value === undefined) throw this.#refuse(`the escape \`${escape}\` is not understood`);
      return value;
    });
  }

  #take<T extends string>(...texts: T[]): T | undefined {
    const token = this.#tokens[this.#at];
    if (!token || token.kind === "string") return undefined;
    if (token.opensLine && !MAY_OPEN_LINE.has(token.text)) return undefined;
    const taken = texts.find((text) => text === token.text);
    if (taken !== undefined) this.#at++;
    return taken;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(`, expected \`${text}\``);
  }

  #unexpected(expected = ""): Error {
    const token = this.#tokens[this.#at];
    return this.#refuse(token ? `\`${token.text}\` is not understood there${expected}` : "it ends too early");
  }
}

const MAY_OPEN_LINE: ReadonlySet<string> = new Set([".", ")", "]", "}", ":"]);
const LITERALS: Readonly<Record<string, RubyValue>> = Object.assign(Object.create(null), {
  nil: null,
  true: true,
  false: false,
});
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  s: " ",
  '"': '"',
  "'": "'",
  "\\": "\\",
  "#": "#",
};
