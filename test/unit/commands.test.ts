/** Commands as data: what is made of a specification. */
import { describe, expect, test } from "vitest";
import { COMMANDS, createProgram, flagsAsArgs } from "../support/inside-tsq.ts";
import type { CommandContext, CommandSpec, Flags } from "../support/inside-tsq.ts";

interface GreetFlags {
  readonly often?: string;
  readonly title?: readonly string[];
  readonly loud?: boolean;
  readonly redis?: string;
}

const FLAGS: Flags<GreetFlags> = {
  often: { option: "-n, --often <times>", tells: "how often" },
  title: { option: "--title <title>", tells: "before the name; may be repeated", isList: true },
  loud: { option: "--loud", tells: "in capitals" },
  redis: { option: "--redis <url>", tells: "Redis to use" },
};

type Ran = readonly [CommandContext, GreetFlags, ...string[]];

/** A command of an extension, what it ran with, and how often its code was loaded. */
const greet = () => {
  const ran: Ran[] = [];
  let loaded = 0;
  const spec: CommandSpec<GreetFlags> = {
    name: "greet",
    summary: "says hello",
    args: [
      { name: "name", tells: "whom" },
      { name: "from", tells: "who", fallback: "tsq" },
    ],
    flags: FLAGS,
    more: "Examples:\n  tsq greet Ruby",
    load: () => {
      loaded += 1;
      return Promise.resolve({ run: (...given: Ran) => Promise.resolve(void ran.push(given)) });
    },
  };
  return { spec, ran, loaded: () => loaded };
};

const run = (spec: CommandSpec<GreetFlags>, ...args: string[]) =>
  createProgram([spec]).parseAsync(["node", "tsq", "greet", ...args]);

describe("a command that is added", () => {
  test("stands in --help, and its code is not loaded for that", () => {
    const { spec, loaded } = greet();
    const program = createProgram([spec]);

    expect(program.helpInformation()).toMatch(/^ {2}greet \[options\] <name> \[from\] +says hello$/m);
    expect(loaded()).toBe(0);
  });

  test("gets its flags and arguments, one that was left out as its fallback", async () => {
    const { spec, ran } = greet();

    await run(spec, "Ruby", "-n", "3", "--title", "Dr.", "--title", "Prof.");

    const [, flags, ...args] = ran[0] as Ran;
    expect(flags).toEqual({ often: "3", title: ["Dr.", "Prof."] });
    expect(args).toEqual(["Ruby", "tsq"]);
  });

  test("gets the Redis that --redis names, in the form that connections take", async () => {
    const { spec, ran } = greet();

    await run(spec, "Ruby", "--redis", " REDIS://cache:7000 ");

    const [context] = ran[0] as Ran;
    expect(context.namedRedis()).toEqual({ url: "redis://cache:7000", from: "--redis" });
  });

  test("is told in one line that its Redis is not there, and asks once", async () => {
    const { spec, ran } = greet();
    await run(spec, "Ruby", "--redis", "redis://127.0.0.1:1");
    const [context] = ran[0] as Ran;

    const asked = context.redis();

    await expect(asked).rejects.toThrow(/^Cannot reach Redis at redis:\/\/127\.0\.0\.1:1\/0: .*$/);
    expect(context.redis()).toBe(asked);
  });

  test("is refused under the name of another", () => {
    expect(() => createProgram([{ ...greet().spec, name: "stats" }])).toThrow("stats");
  });

  test("is refused when a flag would arrive under another name than its code reads", () => {
    const { often } = FLAGS;
    // As JavaScript may write it, where no type is looked at.
    const spec = { ...greet().spec, flags: { times: often } } as unknown as CommandSpec;

    expect(() => createProgram([spec])).toThrow(
      "The flag -n, --often <times> of tsq greet has the key `times`.",
    );
  });
});

test("every command says in its help what it ends with", () => {
  const commands = COMMANDS.flatMap((spec) => ("commands" in spec ? spec.commands : [spec]));

  const silent = commands.filter(({ more = "" }) => !/^Exit codes: 0 [^]*\b1\b/m.test(more));

  expect(silent.map(({ name }) => name)).toEqual([]);
});

test("every command says of itself what it does, in one line, and of each flag", async () => {
  const groups = COMMANDS.flatMap((spec) => ("commands" in spec ? [spec] : []));
  for (const { name, summary } of groups) expect(summary, name).toMatch(/^[^A-Z\n][^\n]*[^.\n]$/);
  const commands = COMMANDS.flatMap((spec) => ("commands" in spec ? spec.commands : [spec]));
  for (const { name, summary, flags, more = "" } of commands) {
    expect(
      more.split("\n").filter((line) => line.length > 80),
      name,
    ).toEqual([]);
    expect(summary, name).toMatch(/^[^A-Z\n][^\n]*[^.\n]$/);
    const rows = typeof flags === "function" ? await (flags as () => Promise<typeof FLAGS>)() : flags;
    for (const { tells } of Object.values(rows as typeof FLAGS)) expect(tells, name).not.toBe("");
  }
});

describe("flags become arguments again", () => {
  test.for<[GreetFlags, readonly string[]]>([
    [{}, []],
    [{ often: "3" }, ["-n", "3"]],
    [{ title: ["Dr.", "Prof."] }, ["--title", "Dr.", "--title", "Prof."]],
    [{ loud: true }, ["--loud"]],
    [{ loud: false, title: [] }, []],
  ])("%j", ([flags, args]) => {
    expect(flagsAsArgs(FLAGS, flags)).toEqual(args);
  });

  test("which mean the same", async () => {
    const { spec, ran } = greet();
    const flags = { often: "-1", title: ["a b", ""], loud: true };

    await run(spec, "Ruby", ...flagsAsArgs(FLAGS, flags));

    expect((ran[0] as Ran)[1]).toEqual(flags);
  });
});
