/**
 * docs/options.md has every option that the types have, with the default that their TSDoc has. Where the tables are made
 * from rows (scripts/build-option-tables.mjs) this holds the rows against the types.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Option } from "@tsq/core/config";
import { describe, expect, test } from "vitest";
import { ACTIVE_JOB_OPTION_TYPES, VALUE_OPTION_TYPES } from "../support/inside-active-job.ts";
import { OPTION_TYPES } from "../support/inside-core.ts";
import { CRON_OPTION_TYPES } from "../support/inside-cron.ts";
import { createProgram, WORK_ROWS } from "../support/inside-tsq.ts";
import { WEB_OPTION_TYPES } from "../support/inside-web.ts";
import { CAPSULE_OPTION_TYPES, KEEP_OPTION_TYPES, WORKER_OPTION_TYPES } from "../support/inside-worker.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DOCUMENT = readFileSync(join(ROOT, "docs/options.md"), "utf8");

type Program = ReturnType<typeof createProgram>;

interface Row {
  /** All that the first cell names: a flag has a short and a long one. */
  readonly names: readonly string[];
  readonly fallback: string;
}

const sections = new Map(
  DOCUMENT.split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf("\n")), text] as const),
);

const rowsOf = (section: string): Row[] => {
  const text = sections.get(section);
  if (text === undefined) throw new Error(`Expected docs/options.md to have a section \`${section}\`.`);
  return [...text.matchAll(/^\| (`[^|]+) \|([^|]*)\|([^|]*)\|/gm)].map(([, names = "", , fallback = ""]) => ({
    names: [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
    fallback: fallback.trim(),
  }));
};

const namesIn = (section: string): string[] => rowsOf(section).flatMap(({ names }) => names);

/** What a cell or a `@default` begins with, if that is a value: `25_000`, `"auto"`, `[]`, `{ retry: true }`. */
const valueIn = (text: string): unknown => {
  const json = text.replaceAll(/(?<=\d)_(?=\d)/g, "").replaceAll(/(\w+):/g, '"$1":');
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

const documented = (section: string, name: string): unknown =>
  valueIn(
    /^`([^`]+)`/.exec(rowsOf(section).find(({ names }) => names.includes(name))?.fallback ?? "")?.[1] ?? "",
  );

/** A command and all that are below it. */
const withAllBelow = (command: Program): readonly Program[] => [
  command,
  ...command.commands.flatMap((one) => withAllBelow(one)),
];

interface Member {
  readonly name: string;
  readonly fallback: unknown;
}

/** The members that an interface declares itself, with what their TSDoc names as default. */
const membersOf = (url: URL, name: string): Member[] => {
  const types = readFileSync(url, "utf8");
  const body = new RegExp(`^export interface ${name}\\b[^]*?^\\}`, "m").exec(types)?.[0];
  if (body === undefined) throw new Error(`Expected ${url.pathname} to declare the interface ${name}.`);
  return [...body.matchAll(/(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\s*)?^ {4}(?:readonly )?(\w+)\??:/gm)].map(
    ([, words = "", member = ""]) => ({
      name: member,
      fallback: valueIn(/@default ([^,\n]+(?:, \w+: [^\n]+)?)/.exec(words)?.[1]?.trim() ?? ""),
    }),
  );
};

const TYPES: readonly (readonly [section: string, url: URL, name: string])[] = [
  ["Worker", WORKER_OPTION_TYPES, "WorkerOptions"],
  ["A capsule", CAPSULE_OPTION_TYPES, "CapsuleOptions"],
  ["What is kept", KEEP_OPTION_TYPES, "KeepOptions"],
  ["Client", OPTION_TYPES.client, "ClientOptions"],
  ["configure()", OPTION_TYPES.configure, "Configuration"],
  ["configure()", VALUE_OPTION_TYPES, "ValueSettings"],
  ["configure()", ACTIVE_JOB_OPTION_TYPES, "ActiveJobConfiguration"],
  ["A job", OPTION_TYPES.payload, "JobOptions"],
  ["A job", OPTION_TYPES.defineJob, "DefineJobOptions"],
  ["A job", OPTION_TYPES.defineJob, "CheckedJobOptions"],
  ["set()", OPTION_TYPES.set, "SetOptions"],
  ["performBulk()", OPTION_TYPES.bulk, "BulkItem"],
  ["cron()", CRON_OPTION_TYPES.extension, "CronExtensionOptions"],
  ["A cron entry", CRON_OPTION_TYPES.entry, "CronOptions"],
  ["createWeb()", WEB_OPTION_TYPES, "WebOptions"],
  ["The data API", OPTION_TYPES.api, "ApiOptions"],
];

/** What a bulk push takes beside its options. */
const BULK_ITSELF = ["class", "args"];

describe("docs/options.md", () => {
  test.each(TYPES)("under %s has the options of its type, and no other: %#", (section, url, name) => {
    const members = membersOf(url, name).map((member) => member.name);
    const options = members.filter((member) => name !== "BulkItem" || !BULK_ITSELF.includes(member));
    const known = TYPES.filter(([other]) => other === section).flatMap(([, at, type]) => membersOf(at, type));

    expect(options.length).toBeGreaterThan(0);
    expect(options.filter((option) => !namesIn(section).includes(option))).toEqual([]);
    expect(namesIn(section).filter((option) => !known.some((one) => one.name === option))).toEqual([]);
  });

  test.each(TYPES)("under %s has the defaults that the TSDoc has: %#", (section, url, name) => {
    for (const { name: option, fallback } of membersOf(url, name)) {
      if (fallback === undefined || BULK_ITSELF.includes(option)) continue;
      expect({ option, is: documented(section, option) }).toEqual({ option, is: fallback });
    }
  });

  test("has every command, with its flags", async () => {
    const help = async (...args: string[]): Promise<string> => {
      const program = createProgram();
      let text = "";
      for (const command of withAllBelow(program))
        command.exitOverride().configureOutput({ writeOut: (part) => void (text += part) });
      await expect(program.parseAsync(["node", "tsq", ...args, "--help"])).rejects.toThrow("(outputHelp)");
      return text;
    };
    const commands = [...(await help()).matchAll(/^ {2}(?!-|help\b|tsq\b)([a-z]+) /gm)].map(
      ([, name = ""]) => name,
    );

    const flagsOf = async (command: string): Promise<readonly string[]> => {
      const texts = [await help(command)];
      // Commands with a first word in common share a section.
      const after = texts[0]?.split(/^Commands:\n/m)[1] ?? "";
      for (const [, name = ""] of after.matchAll(/^ {2}(?!-|help\b)([a-z]+) /gm))
        texts.push(await help(command, name));
      const flags = [...texts.join("\n").matchAll(/^ {2}(-\w, )?(--[a-z-]+)/gm)].flatMap(([, short, long]) =>
        [short?.slice(0, 2), long].filter((flag) => flag !== undefined),
      );
      return flags.filter((flag) => flag !== "-h" && flag !== "--help");
    };
    // As do those that take the same: `tsq retries, dead`.
    const shared = [...sections.keys()].filter((section) => section.startsWith("tsq "));
    const namesOf = (section: string): readonly string[] => section.slice("tsq ".length).split(", ");

    expect(commands).toContain("work");
    expect(shared.flatMap(namesOf).toSorted()).toEqual(commands.toSorted());
    for (const section of shared) {
      expect({ section, flags: namesIn(section).toSorted() }).toEqual({
        section,
        flags: [...new Set((await Promise.all(namesOf(section).map(flagsOf))).flat())].toSorted(),
      });
    }
  });

  test("has every variable that the code reads", () => {
    const sources = readdirSync(join(ROOT, "packages"), { recursive: true, encoding: "utf8" }).filter(
      (file) => /^\w+\/src\/.*\.ts$/.test(file),
    );
    const read = sources.flatMap((file) =>
      [...readFileSync(join(ROOT, "packages", file), "utf8").matchAll(/\benv\["([A-Z_]+)"\]/g)].map(
        ([, name = ""]) => name,
      ),
    );

    const inRows = Object.values<Option>(WORK_ROWS).flatMap(({ env = [] }) => env);

    expect(read.length).toBeGreaterThan(0);
    expect(inRows).toContain("RAILS_MAX_THREADS");
    expect([...read, ...inRows].filter((name) => !namesIn("Environment").includes(name))).toEqual([]);
  });
});
