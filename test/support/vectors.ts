/**
 * The states and commands that real Ruby Sidekiqs left in Redis: `test/vectors/<scenario>-<version>.json`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Text as Redis held it, or bytes that are no text. */
export type Value = string | { readonly base64: string };

export type VectorKey = { readonly ttl: number } & (
  | { readonly type: "string"; readonly value: Value }
  | { readonly type: "list" | "set"; readonly value: readonly Value[] }
  | { readonly type: "hash"; readonly value: Readonly<Record<string, Value>> }
  /** Members with their scores as Redis 7.0 prints them. */
  | { readonly type: "zset"; readonly value: readonly (readonly [Value, string])[] }
);

export interface Vector {
  readonly sidekiq: string;
  readonly scenario: string;
  /** Float seconds. */
  readonly captured_at: number;
  readonly notes?: string;
  readonly keys: Readonly<Record<string, VectorKey>>;
  /** What MONITOR printed: `c1: "lpush" "queue:default" …`. */
  readonly commands?: readonly string[];
}

const FOLDER = join(import.meta.dirname, "../vectors");

export const GENERATIONS = ["6.4.1", "7.3.2", "8.1.7"] as const;

export function vector(scenario: string, version: string): Vector {
  return JSON.parse(readFileSync(join(FOLDER, `${scenario}-${version}.json`), "utf8")) as Vector;
}

/** Every vector there is, as arguments of `vector()`. */
export function vectorNames(): readonly (readonly [scenario: string, version: string])[] {
  return readdirSync(FOLDER).flatMap((file) => {
    const [, scenario, version] = /^(.+)-([\d.]+)\.json$/.exec(file) ?? [];
    return scenario && version ? [[scenario, version] as const] : [];
  });
}

/**
 * The payload of every job in a vector, each once: those in its queues and sorted sets, and those that its
 * commands pushed. Text, or a Buffer where the bytes are no UTF-8.
 */
export function payloads(scenario: string, version: string): readonly (string | Buffer)[] {
  const { keys, commands = [] } = vector(scenario, version);
  const stored = Object.entries(keys).flatMap(([key, stored]) => storedPayloads(key, stored));
  const pushed = commands.flatMap((line) => pushedPayloads(commandOf(line)));
  const distinct = new Map([...stored, ...pushed].map((bytes) => [bytes.toString("latin1"), bytes]));
  return Array.from(distinct.values(), textOf);
}

/** As `payloads()`, without those that are no text. */
export function payloadTexts(scenario: string, version: string): readonly string[] {
  return payloads(scenario, version).filter((payload) => typeof payload === "string");
}

/** The members of a list or a set, as text. */
export function membersOf(stored: VectorKey | undefined): readonly string[] {
  return stored?.type === "list" || stored?.type === "set"
    ? stored.value.map((value) => String(bytesOf(value)))
    : [];
}

/** The members of a sorted set with their scores. */
export function scoredOf(
  stored: VectorKey | undefined,
): readonly (readonly [member: string, score: number])[] {
  if (stored?.type !== "zset") return [];
  return stored.value.map(([member, score]) => [String(bytesOf(member)), Number(score)] as const);
}

/** The arguments of a command that MONITOR printed, byte for byte. */
export function commandOf(line: string): readonly Buffer[] {
  return Array.from(line.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, escaped = ""]) =>
    Buffer.from(escaped.replaceAll(/\\(?:x([0-9a-f]{2})|(.))/gi, unescaped), "latin1"),
  );
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", a: "\u0007", b: "\b" };

function unescaped(_match: string, hex: string | undefined, character = ""): string {
  return hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (NAMED_ESCAPES[character] ?? character);
}

const isQueue = (key: string): boolean => key.startsWith("queue:");
const isJobSet = (key: string): boolean => ["schedule", "retry", "dead"].includes(key);

function storedPayloads(key: string, stored: VectorKey): readonly Buffer[] {
  if (stored.type === "list" && isQueue(key)) return stored.value.map(bytesOf);
  if (stored.type === "zset" && isJobSet(key)) return stored.value.map(([member]) => bytesOf(member));
  return [];
}

function pushedPayloads([name, keyBytes, ...values]: readonly Buffer[]): readonly Buffer[] {
  const key = String(keyBytes);
  if (/^[lr]push$/i.test(String(name)) && isQueue(key)) return values;
  if (/^zadd$/i.test(String(name)) && isJobSet(key)) return values.filter((_, i) => i % 2 === 1);
  return [];
}

function bytesOf(value: Value): Buffer {
  return typeof value === "string" ? Buffer.from(value) : Buffer.from(value.base64, "base64");
}

function textOf(bytes: Buffer): string | Buffer {
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : bytes;
}
