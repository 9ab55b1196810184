/** The `tsq` command: commander with what the specifications of the commands say. */
import { createRequire } from "node:module";
import type * as commander from "commander";
import { SHELVES } from "./all.ts";
import { terminalLines } from "../cli/terminal-text.ts";
import type { Arg, CommandGroup, CommandSpec, Flag, Flags } from "../cli/command.ts";

const require = createRequire(import.meta.url);
// Not by import: it is CommonJS behind a wrapper, and `tsq --help` would take 4 % longer.
const { Argument, Command, Help, Option } = require("commander") as typeof commander;
// The packages carry one version; from here it costs no loading of the others.
const { version } = require("../../package.json") as { version: string };

/** Where `help` stands. */
const LAST = SHELVES.at(-1)?.heading ?? "";

const FIRST_STEPS = `A job has failed?
  tsq errors                what fails, and how often
  tsq jobs "card declined"  the jobs that have to do with it
  tsq show JID              what one has been through
  tsq retry JID             says what follows, and asks`;

/** @param extra commands beside tsq's own, for tests; their names must be new */
export const createProgram = (extra: readonly (CommandSpec | CommandGroup)[] = []): commander.Command => {
  const program = new Command("tsq")
    .description("The TypeScript side of Sidekiq: process, push and watch the queues that Ruby shares.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help for a command")
    .configureOutput({
      outputError: (text, write) =>
        write(new Help().boxWrap(inert(text).replace(/^error: /, "tsq: "), errorColumns())),
    })
    .showHelpAfterError("(run it with --help to see what it takes)")
    .addHelpText(
      "after",
      `\n${FIRST_STEPS}\n\nExit codes: 0 done; 1 bad usage, bad configuration or no Redis.`,
    )
    .configureHelp({ sortSubcommands: false, subcommandTerm: withOptions })
    .hook("preSubcommand", addLater);
  for (const { heading, commands } of [...SHELVES, { heading: LAST, commands: extra }]) {
    program.commandsGroup(heading);
    for (const spec of commands) {
      if ("commands" in spec) addGroup(program, spec);
      else add(program, spec);
    }
  }
  // Commander's own would be on a shelf by itself.
  program.helpCommand("help [command]", "show help for a command");
  return program;
};

/** What was typed is in it as it is; the ends of lines are commander's own at its end and before what it proposes. */
const inert = (text: string): string => terminalLines(text.replaceAll(/\n(?!$|\(Did you mean )/g, "\\n"));

/** Less than commander breaks lines for, where it is no terminal. */
const errorColumns = (): number => (process.stderr.isTTY ? process.stderr.columns : 0);

const addLater = async (_: commander.Command, command: commander.Command): Promise<void> =>
  addFlags(command, await LATER.get(command)?.());

const addGroup = (program: commander.Command, { name, summary, commands }: CommandGroup): void => {
  const group = program.command(name).description(summary).hook("preSubcommand", addLater);
  for (const spec of commands) add(group, spec, name);
};

/** @param parent the group that it is of */
const add = (program: commander.Command, spec: CommandSpec, parent?: string): void => {
  // It takes from the program how errors and help are shown.
  const command = program.command(spec.name).description(spec.summary);
  for (const arg of spec.args ?? []) command.addArgument(argumentOf(arg));
  const { flags } = spec;
  // The flags of a command are no function themselves.
  if (typeof flags === "function") LATER.set(command, flags as () => Promise<Flags<object>>);
  else addFlags(command, flags);
  if (spec.beyond !== undefined) addBeyond(command, spec.beyond);
  if (spec.more !== undefined) command.addHelpText("after", `\n${spec.more}`);
  command.action(async () => {
    // Its code first: `tsq work` listens for signals from there on.
    const code = await spec.load();
    const { createContext } = await import("../cli/context.ts");
    const flags = command.opts();
    const context = createContext(flags);
    const given = command.processedArgs as readonly unknown[];
    const args = (spec.args ?? []).map(({ fallback }, i) => given[i] ?? fallback);
    // As the specification has them: one without a fallback that was left out is refused by commander.
    await code.run(context, flags, ...(args as never[])).catch(async (error: unknown) => {
      const { allRefused } = await import("../cli/all-refused.ts");
      throw await allRefused(error, context, parent === undefined ? spec.name : `${parent} ${spec.name}`);
    });
  });
};

/** Commander counts them, and cannot know that a shell has taken a `*` for the files of the folder. */
const addBeyond = (command: commander.Command, beyond: NonNullable<CommandSpec["beyond"]>): void => {
  const shared = command.configureOutput();
  const remedy = (): string => (typeof beyond === "string" ? beyond : beyond(command.args));
  command.configureOutput({
    outputError: (text, write) =>
      shared.outputError?.(
        text.startsWith("error: too many arguments") ? `${text.trimEnd()} ${remedy()}\n` : text,
        write,
      ),
  });
};

const argumentOf = ({ name, tells, fallback, isList }: Arg): commander.Argument => {
  if (isList) return new Argument(`[${name}...]`, tells);
  if (fallback === undefined) return new Argument(`<${name}>`, tells);
  const argument = new Argument(`[${name}]`, tells);
  // What it is then is said in words, or nothing.
  return fallback === "" ? argument : argument.default(fallback);
};

/** The flags of commands that nobody has called yet. */
const LATER = new WeakMap<commander.Command, () => Promise<Flags<object>>>();

/** As commander has it, which only looks at the flags that are there: every command has some. */
function withOptions(this: commander.Help, command: commander.Command): string {
  const term = Help.prototype.subcommandTerm.call(this, command);
  return LATER.has(command) ? term.replace(/^\S+/, "$& [options]") : term;
}

const addFlags = (command: commander.Command, flags: Flags<object> = {}): void => {
  for (const [name, flag] of Object.entries(flags) as [string, Flag][])
    command.addOption(optionOf(command.name(), name, flag));
};

const optionOf = (command: string, name: string, flag: Flag): commander.Option => {
  const option = new Option(flag.option, flag.tells);
  // The command would look for it where it never is.
  if (option.attributeName() !== name)
    throw new Error(`The flag ${flag.option} of tsq ${command} has the key \`${name}\`.`);
  if (flag.isList) option.argParser((value, before?: readonly string[]) => [...(before ?? []), value]);
  if (flag.choices) option.choices(flag.choices);
  return option.hideHelp(flag.isHidden ?? false);
};
