/** Says which command or which keys an ACL must allow, when it refused one. */

/** As ioredis hangs it on the error of a reply. */
interface Refused {
  readonly command?: { readonly name?: string; readonly args?: readonly unknown[] };
}

// There may be thousands in one call.
const MOST_KEYS = 3;

export const noPermission = (where: string, error: Error, text: string): string => {
  const { command } = error as Refused;
  // Within a script it is another than the one that was sent.
  const name = /'([\w|]+)' command/.exec(text)?.[1] ?? command?.name ?? "a command";
  const says = `(${text})`;
  if (/\bkeys?\b/.test(text)) {
    const keys = keysOf(command);
    const on = keys.length > 0 ? ` on ${keys.map((key) => `\`${key}\``).join(", ")}` : "";
    const patterns = keys.length > 0 ? [...new Set(keys.map(patternOf))].join(" ") : "~*";
    return `Redis at ${where} refuses ${shown(name)}${on} to this user ${says}. Allow the keys in the ACL: \`ACL SETUSER <user> ${patterns}\`.`;
  }
  return `Redis at ${where} refuses ${shown(name)} to this user ${says}. Allow it in the ACL: \`ACL SETUSER <user> +${name}\`.`;
};

const shown = (name: string): string => name.replace("|", " ").toUpperCase();

const keysOf = (command: Refused["command"]): readonly string[] => {
  const { name, args = [] } = command ?? {};
  const keys = name?.startsWith("eval") ? args.slice(2, 2 + Number(args[1])) : args.slice(0, 1);
  return keys.slice(0, MOST_KEYS).map(String);
};

/** What begins alike belongs together: `queue:*`. */
const patternOf = (key: string): string => `~${key.replace(/:.*$/s, ":*")}`;
