/** Knows the words by which an ACL refuses a command or keys, and says which of them it must allow, and to whom. */
import { SCRIPTS } from "./scripts.gen.ts";

/** As ioredis hangs it on the error of a reply. */
export interface Refused {
  readonly command?: { readonly name?: string; readonly args?: readonly unknown[] };
}

// There may be thousands in one call.
const MOST_KEYS = 3;
/** Where the rules are that are enough. */
export const RULES = "docs/operating.md has the rules for workers, clients and readers";

// Within a script Redis says it in words of its own, up to 7.0 in others than from 7.2 on.
const REFUSED = /^NOPERM|^EXECABORT .*NOPERM|ACL failure in script|The user executing the script can't/;
// Where in which script, by the digest that follows `script:`, or in Redis 6.2 `f_`.
const PLACE = /(?:\bscript: |\bf_)([0-9a-f]{40})\b.*@user_script: ?(\d+)/s;

const SCRIPT_END = /\.? script: [0-9a-f]{40}, on @user_script:\d+\.$/;

/** What the server has said, without where in a script of ours that was: it helps nobody who runs it. */
export const withoutScript = (text: string): string => text.replace(SCRIPT_END, "");

/** Whether the server's words are the refusal of an ACL. */
export const isNoPermission = (text: string): boolean => REFUSED.test(text);

export interface Refusal {
  readonly where: string;
  readonly user: string;
  readonly error: Error;
  readonly text: string;
}

export const noPermission = ({ where, user, error, text }: Refusal): string => {
  const { command } = error as Refused;
  const name = refusedName(text, command);
  const to = `to the user \`${user}\` (${withoutScript(text)})`;
  if (/\bkeys?\b/.test(text)) {
    const keys = keysOf(command);
    const on = keys.length > 0 ? ` on ${keys.map((key) => `\`${key}\``).join(", ")}` : "";
    const all = READ.test(command?.name ?? "") ? ALL_TO_READ : ALL;
    const patterns = keys.length > 0 ? new Set(keys.map((key) => patternOf(key) ?? all)) : new Set([ALL]);
    const what = name === undefined ? "a command" : commandIn(name);
    const older = patterns.has(ALL_TO_READ) ? ` (\`${ALL}\` on Redis 6.2)` : "";
    const rule = `\`ACL SETUSER ${user} ${[...patterns].join(" ")}\`${older}`;
    return `Redis at ${where} refuses ${what}${on} ${to}. Allow the keys in the ACL: ${rule}; ${RULES}.`;
  }
  if (name === undefined)
    return `Redis at ${where} refuses a command within a script ${to}. Allow it in the ACL: ${RULES}.`;
  return `Redis at ${where} refuses ${commandIn(name)} ${to}. Allow it in the ACL: \`ACL SETUSER ${user} +${name}\`; ${RULES}.`;
};

/** Within a script it is another than the one that was sent, and up to Redis 7.0 the words do not say which. */
export const refusedName = (text: string, command: Refused["command"]): string | undefined => {
  const told = /'([\w|]+)' command/.exec(text)?.[1];
  if (told !== undefined) return told;
  const [, sha1, line] = PLACE.exec(text) ?? [];
  const code = SCRIPTS.find((script) => script.sha1 === sha1)?.lua.split("\n")[Number(line) - 1];
  const called = /call\('([A-Z]+)'/.exec(code ?? "")?.[1]?.toLowerCase();
  return called ?? (text.includes("executing the script") ? undefined : command?.name);
};

export const commandIn = (name: string): string => name.replace("|", " ").toUpperCase();

/** What the command names, as far as that is known; at most three. */
export const keysOf = (command: Refused["command"]): readonly string[] => {
  const { name, args = [] } = command ?? {};
  const keys = name?.startsWith("eval") ? args.slice(2, 2 + Number(args[1])) : args.slice(0, 1);
  return keys.slice(0, MOST_KEYS).map(String);
};

/** The pattern for a key and those like it; undefined of a process's key, which begins with the name of its machine. */
const patternOf = (key: string): string | undefined => {
  if (key.startsWith("it-")) return "~it-*";
  // Metrics, by time.
  if (/^[jh]\|/.test(key)) return `~${key.slice(0, 2)}*`;
  const [head = "", second, ...rest] = key.split(":");
  if (second === undefined) return key.endsWith("-signals") ? undefined : `~${key}`;
  if (head === "tsq") return rest.length === 0 ? `~${key}` : `~tsq:${second}:*`;
  return head === "queue" || head === "stat" ? `~${head}:*` : undefined;
};

const ALL = "~*";
const ALL_TO_READ = "%R~*";
const READ =
  /^(?:m?get|exists|type|ttl|h(?:m?get|getall|exists|len|vals)|s(?:members|card|ismember|scan)|l(?:len|range|index)|z(?:range|revrange|rangebyscore|card|count|score|scan))$/;
