/** The scripts that each command of the terminal runs, and what of them it comes to. */
import { readFileSync } from "node:fs";
import { CORE_SCRIPTS } from "./inside-core.ts";
import { CRON_SCRIPTS } from "./inside-cron.ts";

/** By the name of the command; what is not here runs none. `test/waiting/needed-rights.test.ts` holds it to be so. */
export const SCRIPTS_OF: Readonly<Record<string, readonly string[]>> = {
  retry: ["core/promote", "core/seek"],
  kill: ["core/kill", "core/seek", "core/withdraw"],
  move: ["core/replace", "core/seek", "core/withdraw"],
  cancel: ["core/cancel", "core/seek"],
  clear: ["core/clear"],
  quiet: ["core/signal"],
  stop: ["core/signal"],
  push: ["core/enqueue"],
  "cron load": ["cron/remove", "cron/save"],
  "cron enable": ["cron/turn"],
  "cron disable": ["cron/turn"],
  "cron run": ["cron/fire"],
  "cron delete": ["cron/remove"],
};

/** What a script has for others alone, who give it something else. */
export const NOT_REACHED: Readonly<Record<string, readonly string[]>> = {
  // To the dead set, which is no queue.
  kill: ["lpop", "lpush", "sadd"],
  // To another queue.
  move: ["zadd", "zremrangebyrank", "zremrangebyscore"],
  // An instant is looked at where it is enabled.
  "cron disable": ["zadd"],
  // By hand it comes at once, and has no time.
  "cron run": ["zadd"],
};

/** The digest of each script by its name. */
export const DIGESTS: ReadonlyMap<string, string> = new Map(
  [["core", CORE_SCRIPTS] as const, ["cron", CRON_SCRIPTS] as const].flatMap(([folder, scripts]) =>
    scripts.map(({ name, sha1 }) => [`${folder}/${name}`, sha1] as const),
  ),
);

const LUA = new URL("../../lua/", import.meta.url);

/** The commands of Redis that a script may send, with those of the shared code that it uses. */
export const commandsIn = (script: string): ReadonlySet<string> => {
  const text = readFileSync(new URL(`${script}.lua`, LUA), "utf8");
  const shared = /^ {2}USES (.+)$/m.exec(text)?.[1]?.split(", ") ?? [];
  // As it is called, and as a name that is chosen before the call.
  const own = [...text.matchAll(/'([A-Z]{3,})'/g)].flatMap(([, name = ""]) =>
    MODIFIERS.has(name) ? [] : name.toLowerCase(),
  );
  return new Set([...own, ...shared.flatMap((one) => [...commandsIn(`shared/${one}`)])]);
};

/** In capitals as commands are: what follows them, and what an error begins with. */
const MODIFIERS = new Set(["INCR", "REV", "WITHSCORES", "WRONGTYPE"]);
