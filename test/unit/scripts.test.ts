import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SCRIPTS_MODULE as MODULE } from "../support/inside-core.ts";

const ROOT = join(import.meta.dirname, "../..");

let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "tsq-scripts-"));
  mkdirSync(dirname(join(copy, MODULE)), { recursive: true });
  for (const folder of ["scripts", "lua"])
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
});

afterEach(() => rmSync(copy, { recursive: true }));

interface LuaModule {
  readonly out: string;
  readonly text: string;
}
const SCRIPT = new URL("../../scripts/lua-modules.mjs", import.meta.url).href;
// A script has no types of its own.
const { luaModules } = (await import(SCRIPT)) as { luaModules: (root: URL) => readonly LuaModule[] };

/** The text of each module that would be written for the copy, by its path. */
const built = (): ReadonlyMap<string, string> =>
  new Map(luaModules(pathToFileURL(`${copy}/`)).map(({ out, text }) => [out, text]));

/** What building says of a folder in a process of its own, as `npm run build` and `npm run lint` do. */
const build = (root: string, ...flags: readonly string[]) => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/build-lua.mjs"), ...flags], {
    encoding: "utf8",
  });
  return { status, stderr };
};

/** A script whose header and body a test changes in one place. */
const script = (change: (lua: string) => string = (lua) => lua): void => {
  const lua = `--[[
  shelve: put a job aside.

  KEYS
    [1]   shelf  list  \`shelf\`
    [2+]  more   set   others

  ARGV
    [1]  plan   msgpack { names: readonly string[] }  what to put where
    [2]  count  number
    [3]  job    bytes   the payload

  RETURNS number  1
]]
return redis.call('LPUSH', KEYS[1], ARGV[3])
`;
  writeFileSync(join(copy, "lua/core/shelve.lua"), change(lua));
};

const CLAIM = `--[[
  claim: take the right to fire a tick.

  KEYS
    [1]  ticks  zset  the ticks

  ARGV
    [1]  plan  msgpack { names: readonly string[] }  who

  RETURNS number  1
]]
return redis.call('ZADD', KEYS[1], 1, ARGV[1])
`;

describe("the module that is generated from lua/", () => {
  test("is what the files say", () => {
    expect(build(ROOT, "--check")).toEqual({ status: 0, stderr: "" });
  });

  test("is stale once a file says something else, and no longer once it is built", () => {
    build(copy);
    script();

    const { status, stderr } = build(copy, "--check");

    expect(status).toBe(1);
    expect(stderr).toContain("is not what lua/core/ says. Run `npm run build`.");
    expect(build(copy)).toEqual({ status: 0, stderr: "" });
    expect(readFileSync(join(copy, MODULE), "utf8")).toBe(built().get(MODULE));
    expect(build(copy, "--check")).toEqual({ status: 0, stderr: "" });
  });

  test("is not written when a file is refused", () => {
    script((lua) => `${lua}call('TIME')\n`);

    const { status, stderr } = build(copy);

    expect(status).not.toBe(0);
    expect(stderr).toContain("lua/core/shelve.lua: no clock");
  });

  test("is one for each package, and outside of core it asks core for what it needs", () => {
    mkdirSync(join(copy, "lua/web"));
    writeFileSync(join(copy, "lua/web/claim.lua"), CLAIM);

    const text = built().get("packages/web/src/redis/scripts.gen.ts");
    expect(text).toContain(`import { packPlan, runScript } from "@tsq/core/protocol";`);
    expect(text).toContain(`import type { Redis, Script } from "@tsq/core/protocol";`);
    expect(text).toContain("export const claim = (redis: Redis");
    expect(built().get(MODULE)).not.toContain("claim");
  });

  test("has names of TypeScript for files of several words", () => {
    mkdirSync(join(copy, "lua/web"));
    writeFileSync(join(copy, "lua/web/claim-tick.lua"), CLAIM.replace("  claim:", "  claim-tick:"));

    const text = built().get("packages/web/src/redis/scripts.gen.ts");
    expect(text).toContain('export const claimTickScript: Script = {\n  name: "claim-tick",');
    expect(text).toContain("export interface ClaimTickKeys {");
    expect(text).toContain("export const claimTick = (redis: Redis, keys: ClaimTickKeys");
    expect(text).toContain("    claimTickScript,\n    [keys.ticks]");
    // Core alone looks up a script by its digest.
    expect(text).not.toContain("SCRIPTS");
    expect(text).not.toMatch(/claim-tick(?!"|\.lua)/);
  });

  test("has no place for a file that belongs to no package", () => {
    writeFileSync(join(copy, "lua/stray.lua"), CLAIM);

    expect(built).toThrow("lua/stray.lua: expected to be in the folder of a package, such as lua/core/");
  });

  test("has a typed function for each file, without the header in what Redis keeps", () => {
    script();

    const text = built().get(MODULE);
    for (const file of readdirSync(join(copy, "lua/core"))) {
      expect(text).toContain(`export const ${file.replace(".lua", "")} = (redis: Redis`);
    }
    expect(text).toContain("export interface ShelveKeys {\n  shelf: string;\n  more: readonly string[];\n}");
    expect(text).toContain(
      "export interface ShelveArgs {\n  plan: { names: readonly string[] };\n  count: number;\n  job: Bytes;\n}",
    );
    expect(text).toContain(String.raw`lua: "return redis.call('LPUSH', KEYS[1], ARGV[3])\n"`);
  });

  test("has what several scripts share before the code of each that uses it, without its comments", () => {
    writeFileSync(join(copy, "lua/shared/twice.lua"), "-- Why.\nlocal function twice(n) return 2 * n end\n");
    script((lua) =>
      lua.replace("  RETURNS", "  USES twice\n\n  RETURNS").replace("ARGV[3])\n", "twice(ARGV[2]))\n"),
    );

    expect(built().get(MODULE)).toContain(
      String.raw`lua: "local function twice(n) return 2 * n end\nreturn redis.call('LPUSH', KEYS[1], twice(ARGV[2]))\n"`,
    );
  });
});

describe("a script is refused", () => {
  test.each([
    ["of capitals", "claimTick", "expected a name of lower-case words with `-` between them"],
    ["that begins with a digit", "2nd", "expected a name of lower-case words with `-` between them"],
    ["that is a word of JavaScript", "delete", "`delete` is a reserved word of JavaScript. Rename the file."],
    ["that is one in a module", "await", "`await` is a reserved word of JavaScript. Rename the file."],
    ["of what the module imports", "run-script", "`runScript` is imported by the module. Rename the file."],
  ])("for a name %s", (_, name, says) => {
    writeFileSync(join(copy, `lua/core/${name}.lua`), CLAIM.replace("  claim:", `  ${name}:`));

    expect(built).toThrow(`lua/core/${name}.lua: ${says}`);
  });

  test.each([
    ["whose header is missing", (lua: string) => lua.replace(/^--\[\[[^]*\]\]\n/, ""), "no header"],
    [
      "whose header names another",
      (lua: string) => lua.replace("shelve:", "shelf:"),
      "the header does not begin with `shelve: …`",
    ],
    ["that numbers its keys wrongly", (lua: string) => lua.replace("[2+]", "[3+]"), "`more` is out of order"],
    ["that numbers its arguments twice", (lua: string) => lua.replace("[3]", "[2]"), "`job` is out of order"],
    [
      "whose key has a type that Redis has not",
      (lua: string) => lua.replace("shelf  list", "shelf  queue"),
      "`shelf` has no Redis type: `queue`",
    ],
    [
      "whose argument has an unknown type",
      (lua: string) => lua.replace("count  number", "count  integer"),
      "`count` has an unknown type `integer`",
    ],
    [
      "whose argument has no type",
      (lua: string) => lua.replace("count  number", "count"),
      "cannot read `[2]  count`",
    ],
    [
      "whose plan does not say what is in it",
      (lua: string) => lua.replace("{ names: readonly string[] }", ""),
      "`plan` lacks its { type }",
    ],
    ["without KEYS", (lua: string) => lua.replace("KEYS\n", "KEYZ\n"), "no KEYS in its header"],
    ["without ARGV", (lua: string) => lua.replace("ARGV\n", "ARGS\n"), "no ARGV in its header"],
    ["without RETURNS", (lua: string) => lua.replace("RETURNS", "GIVES"), "no RETURNS in its header"],
    [
      "that uses what nobody shares",
      (lua: string) => lua.replace("  RETURNS", "  USES luck\n\n  RETURNS"),
      "no lua/shared/luck.lua",
    ],
    [
      "that names what it does not use",
      (lua: string) => lua.replace("  RETURNS", "  USES moved\n\n  RETURNS"),
      "USES moved and does not use `MOVED`",
    ],
    [
      "that decodes a job",
      (lua: string) => `${lua}local job = cjson.decode(ARGV[3])\n`,
      "a job is never decoded in Lua",
    ],
    ["that looks at the clock", (lua: string) => `${lua}call('TIME')\n`, "no clock"],
    [
      "that makes up a key",
      (lua: string) => `${lua}call('DEL', 'queue:' .. ARGV[2])\n`,
      "every key comes in KEYS",
    ],
  ])("%s", (_what, change, message) => {
    script(change);

    expect(built).toThrow(`lua/core/shelve.lua: ${message}`);
  });
});
