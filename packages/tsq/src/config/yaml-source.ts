/** A YAML text as Ruby's Psych reads it, with the line of every value for the errors. */
import { ConfigError } from "@tsq/core";
import { CST, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, parseDocument } from "yaml";
import type { Alias, Document } from "yaml";
import { PSYCH_SCALARS } from "./psych-scalars.ts";

/** A value and the line it, or its key, stands on. */
export interface YamlNode {
  readonly value: YamlValue;
  readonly line: number;
}

export type YamlMapping = ReadonlyMap<string, YamlNode>;

/** A mapping, a list, or what YAML 1.1 makes of a plain value. */
export type YamlValue = YamlMapping | readonly YamlNode[] | string | number | boolean | null | Date | object;

/**
 * @param lines for each line of the text, the line to name in errors
 * @throws ConfigError with line and column, when the text is not YAML or has more in it than configuration
 */
export const parseYaml = (text: string, file: string, lines: readonly number[]): YamlNode => {
  const lineCounter = new LineCounter();
  const sourceLine = (line: number): number => lines[line - 1] ?? line;
  const document = parseDocument(text, {
    version: "1.1",
    merge: true,
    customTags: (tags) => [
      ...PSYCH_SCALARS,
      ...tags.filter((tag) => typeof tag === "string" || !/:(?:int|float)$/.test(tag.tag)),
    ],
    lineCounter,
    // Ours names the file and the line before ERB; the library's would quote the text after it.
    prettyErrors: false,
  });
  // An unknown tag is only a warning to the library; Psych refuses to make Ruby objects of a config file.
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    const reason = problem.message.replace(/\s+/g, " ").trim().replace(/[.:]$/, "");
    throw new ConfigError(
      `${file}:${sourceLine(line)}:${col}: This is not YAML: ${reason}. ${remedyFor(problem.code)}`,
    );
  }
  return new Reading(document, file, (offset) => sourceLine(lineCounter.linePos(offset).line)).node(
    document.contents,
  );
};

/** All comments of a text, one after the other. */
export const yamlComments = (text: string): string =>
  [...new Lexer().lex(text)].filter((lexeme) => CST.tokenType(lexeme) === "comment").join("\n");

const remedyFor = (code: string): string => {
  if (code === "DUPLICATE_KEY") return "Keep one of the two: YAML would drop the other silently.";
  if (code === "TAB_AS_INDENT") return "Indent with spaces.";
  return "Correct that line.";
};

// A config file has dozens of values. Aliases of aliases can ask for billions.
const MOST_VALUES = 10_000;
const DEEPEST = 50;

/**
 * The library's own conversion would lose the lines, and would let a key that stands before `<<` win,
 * where Psych lets the merged one win.
 */
class Reading {
  readonly #document: Document;
  readonly #file: string;
  readonly #lineAt: (offset: number) => number;
  #values = 0;

  constructor(document: Document, file: string, lineAt: (offset: number) => number) {
    this.#document = document;
    this.#file = file;
    this.#lineAt = lineAt;
  }

  node(node: unknown, line = this.#lineOf(node) ?? 1, depth = 0): YamlNode {
    if (++this.#values > MOST_VALUES || depth > DEEPEST) {
      throw this.#refusal(
        line,
        "The file says more than a configuration can",
        "Remove aliases inside of aliases.",
      );
    }
    if (isAlias(node)) return { ...this.node(this.#resolved(node, line), undefined, depth + 1), line };
    if (isMap(node)) return { value: this.#mapping(node.items, depth), line };
    if (isSeq(node)) return { value: node.items.map((item) => this.node(item, undefined, depth + 1)), line };
    return { value: isScalar(node) ? (node.value as YamlValue) : null, line };
  }

  #mapping(pairs: readonly { key: unknown; value: unknown }[], depth: number): YamlMapping {
    const mapping = new Map<string, YamlNode>();
    const own = new Set<string>();
    for (const pair of pairs) {
      const line = this.#lineOf(pair.key) ?? 1;
      if (isScalar(pair.key) && typeof pair.key.value === "symbol") {
        for (const [key, value] of this.#merged(pair.value, line, depth)) mapping.set(key, value);
        continue;
      }
      const key = this.#key(pair.key, line);
      if (own.has(key)) {
        throw this.#refusal(
          line,
          `\`${key}\` is there twice`,
          "Keep one of the two: Ruby would drop the other silently.",
        );
      }
      own.add(key);
      mapping.set(key, this.node(pair.value, line, depth + 1));
    }
    return mapping;
  }

  /** What `<<` brings: a mapping, or of several the earlier ones first. */
  #merged(node: unknown, line: number, depth: number): YamlMapping {
    const { value } = this.node(node, line, depth + 1);
    const sources = Array.isArray(value) ? value.map((item: YamlNode) => item.value).reverse() : [value];
    const merged = new Map<string, YamlNode>();
    for (const source of sources) {
      if (!isMapping(source))
        throw this.#refusal(line, "`<<` merges no mapping", "Let it name one: `<<: *defaults`.");
      for (const [key, entry] of source) merged.set(key, entry);
    }
    return merged;
  }

  #key(node: unknown, line: number): string {
    if (isAlias(node)) return this.#key(this.#resolved(node, line), line);
    if (!isScalar(node))
      throw this.#refusal(line, "A key is a list or a mapping", "Write plain words as keys.");
    return String(node.value);
  }

  #resolved(alias: Alias, line: number): unknown {
    const target = alias.resolve(this.#document);
    if (!target)
      throw this.#refusal(
        line,
        `\`*${alias.source}\` names no anchor`,
        `Write \`&${alias.source}\` before it.`,
      );
    return target;
  }

  #lineOf(node: unknown): number | undefined {
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
    return range ? this.#lineAt(range[0]) : undefined;
  }

  #refusal(line: number, what: string, remedy: string): ConfigError {
    return new ConfigError(`${this.#file}:${line}: ${what}. ${remedy}`);
  }
}

export const isMapping = (value: unknown): value is YamlMapping => value instanceof Map;
