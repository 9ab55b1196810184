/**
 * A command as data: what `--help` shows of it, the flags that it takes, and how its code is loaded. Whoever adds a
 * command writes one of these beside its code; nothing else names the command but the list in commands/all.ts.
 */
import type { FlagRow } from "@tsq/core/config";
import type { Environment } from "../config/erb/erb-expression.ts";
import type { RedisSource } from "../config/redis-url.ts";
import type { Output } from "./output.ts";

/** `F` are the flags as the command's code gets them: one row for each, or the types do not fit. */
export interface CommandSpec<F extends object = object> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly args?: readonly Arg[];
  /** What is said to who gives more of them than it takes: what was probably meant, by all that was given. */
  readonly beyond?: string | ((given: readonly string[]) => string);
  /** In the order of `--help`; a function where rows say them, which are loaded for this command alone. */
  readonly flags: Flags<F> | (() => Promise<Flags<F>>);
  /** What `--help` shows below the flags: examples, and what else one must know. */
  readonly more?: string;
  /** Called when the command runs, and not for `--help`: no command pays for the code of another. */
  readonly load: () => Promise<CommandCode<F>>;
}

/** Commands with a first word in common, such as `tsq cron next`. */
export interface CommandGroup {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** In the order of `--help`. */
  readonly commands: readonly CommandSpec[];
}

export interface CommandCode<F extends object> {
  // A method, so that a list may hold commands with flags of their own.
  /** `args` are as many as the specification has: texts, one that was left out its fallback, and of `isList` all of them. */
  run(context: CommandContext, flags: F, ...args: never[]): Promise<void>;
}

export interface Arg {
  readonly name: string;
  readonly tells: string;
  /** Makes it one that may be left out. */
  readonly fallback?: string;
  /** All that are given, none among them; the last argument alone. */
  readonly isList?: boolean;
}

export type Flags<F extends object> = { readonly [K in keyof F]-?: Flag };

/** Its long name in camel case is the flag's key. */
export interface Flag extends FlagRow {
  /** For tsq itself: `--help` does not show it. */
  readonly isHidden?: boolean;
}

/** What a command gets from outside itself. */
export interface CommandContext {
  readonly env: Environment;
  readonly out: Output;
  /**
   * The Redis of `--redis`, of the variables, or the default one; nobody has asked whether it is there.
   *
   * @throws ConfigError when what is named is no Redis URL
   */
  readonly namedRedis: () => RedisSource;
  /**
   * The same, once it has said that it can serve. It is asked once, however often this is called.
   *
   * @throws ConfigError as `namedRedis()`, RedisUnusableError in one line
   */
  readonly redis: () => Promise<RedisSource>;
}
