/**
 * Turns lua/<package>/<verb>.lua, and the fragments of lua/shared/ that its header names, into packages/<package>/src/redis/scripts.gen.ts: the text, its digest, and one typed
 * function per script. The header of each file is the source of the types, so it cannot go stale.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const TYPES = { string: "string", number: "number", bytes: "Bytes" };
const REDIS_TYPES = new Set(["string", "hash", "list", "set", "zset"]);

const refuse = (file, why) => {
  throw new Error(`lua/${file}: ${why}`);
};

/** The lines of one section: `[1] name type …`, `[2+] name type …` for a list, `[..]` for a further list. */
const readSection = (file, header, title) => {
  const section =
    new RegExp(`^  ${title}\\n((?:    .*\\n)*)`, "m").exec(header)?.[1] ??
    refuse(file, `no ${title} in its header`);
  let expected = 1;
  return section
    .trimEnd()
    .split("\n")
    .map((line) => {
      const entry =
        /^\s+\[(\d+\+?|\.\.)\]\s+(\w+)\s+(\w+)(.*)$/.exec(line) ??
        refuse(file, `cannot read \`${line.trim()}\``);
      const [, position, name, type, rest] = entry;
      if (position !== ".." && Number.parseInt(position, 10) !== expected++)
        refuse(file, `\`${name}\` is out of order`);
      return { name, type, rest: rest.trim(), list: !/^\d+$/.test(position) };
    });
};

const keyType = (file, key) => {
  if (!REDIS_TYPES.has(key.type)) refuse(file, `\`${key.name}\` has no Redis type: \`${key.type}\``);
  return key.list ? "readonly string[]" : "string";
};

const argType = (file, arg) => {
  if (arg.type === "msgpack")
    return /^\{.*\}/.exec(arg.rest)?.[0] ?? refuse(file, `\`${arg.name}\` lacks its { type }`);
  const type = TYPES[arg.type] ?? refuse(file, `\`${arg.name}\` has an unknown type \`${arg.type}\``);
  return arg.list ? `readonly ${type}[]` : type;
};

const spread = (part, from) => {
  const value = part.type === "msgpack" ? `packPlan(${from}.${part.name})` : `${from}.${part.name}`;
  return part.list ? `...${value}` : value;
};

/** What lua/ must hold to be well-formed beyond its header: the house rules that a machine can see. */
const checkBody = (file, text) => {
  if (text.includes("cjson")) refuse(file, "a job is never decoded in Lua");
  if (/call\('(TIME|EVALSHA)'/.test(text)) refuse(file, "no clock and no script inside a script");
  if (/call\([^)]*'(tsq|queue|stat):/.test(text)) refuse(file, "every key comes in KEYS");
};

/** The code before a script's own: of each fragment that its header names behind USES, in that order, so that one may use those before it. */
const sharedBy = (root, file, header, lua) => {
  const names = /^  USES (.+)$/m.exec(header)?.[1].split(", ") ?? [];
  const fragments = names.map((name) => {
    const code = textIn(new URL(`lua/shared/${name}.lua`, root)) || refuse(file, `no lua/shared/${name}.lua`);
    const defined =
      /^local (?:function )?(\w+)/m.exec(code)?.[1] ?? refuse(file, `${name}.lua defines nothing`);
    return { name, defined, code: code.replace(/^--.*\n/gm, "") };
  });
  const own = lua.slice(lua.indexOf("]]\n"));
  for (const [i, { name, defined }] of fragments.entries()) {
    const after = [...fragments.slice(i + 1).map(({ code }) => code), own].join("\n");
    if (!new RegExp(`\\b${defined}\\b`).test(after))
      refuse(file, `USES ${name} and does not use \`${defined}\``);
  }
  return fragments.map(({ code }) => code).join("");
};

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
const IMPORTED = new Set(["packPlan", "runScript", "runScriptForBytes"]);

/** What a script is called in TypeScript: `claim-tick.lua` is `claimTick`. */
const identifierOf = (file) => {
  const name = file.replace(/^.*\/|\.lua$/g, "");
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    refuse(file, "expected a name of lower-case words with `-` between them, such as claim-tick.lua");
  const identifier = name.replace(/-./g, ([, letter]) => letter.toUpperCase());
  if (IMPORTED.has(identifier)) refuse(file, `\`${identifier}\` is imported by the module. Rename the file.`);
  try {
    // Async and strict, as a module is: there `await` and `static` are reserved, too.
    AsyncFunction(`"use strict"; const ${identifier} = 0;`);
  } catch {
    refuse(file, `\`${identifier}\` is a reserved word of JavaScript. Rename the file.`);
  }
  return identifier;
};

const build = (root, file) => {
  const lua = readFileSync(new URL(`lua/${file}`, root), "utf8");
  const name = file.replace(/^.*\/|\.lua$/g, "");
  const identifier = identifierOf(file);
  const header = /^--\[\[\n([\s\S]*?)\]\]\n/.exec(lua)?.[1] ?? refuse(file, "no header");
  const summary =
    new RegExp(`^  ${name}: (.+)$`, "m").exec(header)?.[1] ??
    refuse(file, `the header does not begin with \`${name}: …\``);
  const returns =
    /^  RETURNS (\[.*?\](?=  )|\w+)/m.exec(header)?.[1] ?? refuse(file, "no RETURNS in its header");
  // What is answered byte for byte, such as payloads: of text that is no UTF-8 something would be lost.
  const isBytes = returns === "bytes";
  const answer = isBytes ? "readonly Buffer[]" : returns;
  const keys = readSection(file, header, "KEYS");
  const args = readSection(file, header, "ARGV");
  checkBody(file, lua);
  const type = identifier[0].toUpperCase() + identifier.slice(1);
  const members = (parts, typeOf) => parts.map((part) => `  ${part.name}: ${typeOf(file, part)};`).join("\n");
  // The header is for people: Redis gets, hashes and keeps only the code.
  const code = sharedBy(root, file, header, lua) + lua.slice(lua.indexOf("]]\n") + 3);
  return `
export const ${identifier}Script: Script = {
  name: ${JSON.stringify(name)},
  sha1: ${JSON.stringify(createHash("sha1").update(code).digest("hex"))},
  lua: ${JSON.stringify(code)},
};

export interface ${type}Keys {
${members(keys, keyType)}
}

export interface ${type}Args {
${members(args, argType)}
}

/** ${summary[0].toUpperCase()}${summary.slice(1)} See lua/${file}. */
export const ${identifier} = (redis: Redis, keys: ${type}Keys, args: ${type}Args): Promise<${answer}> =>
  ${isBytes ? "runScriptForBytes" : "runScript"}(
    redis,
    ${identifier}Script,
    [${keys.map((key) => spread(key, "keys")).join(", ")}],
    [${args.map((arg) => spread(arg, "args")).join(", ")}],
  )${isBytes ? "" : ` as Promise<${returns}>`};
`;
};

/** Where the generated functions find what they need: core has it, and the others ask core. */
const importsFor = (owner, uses) => {
  const runs = ["runScript", ...(uses("runScriptForBytes") ? ["runScriptForBytes"] : [])];
  const values = [...(uses("packPlan") ? ["packPlan"] : []), ...runs];
  const types = [...(uses("Bytes") ? ["Bytes"] : []), "Script"];
  if (owner !== "core")
    return `import { ${values.join(", ")} } from "@tsq/core/protocol";
import type { ${["Redis", ...types].toSorted().join(", ")} } from "@tsq/core/protocol";`;
  return `import type { Redis } from "ioredis";
${uses("packPlan") ? 'import { packPlan } from "./plan.ts";\n' : ""}import { ${runs.join(", ")} } from "./script.ts";
import type { ${types.join(", ")} } from "./script.ts";`;
};

/** Core looks up by its digest which of its scripts was refused. */
const listOf = (files) => `
/** All of them. */
export const SCRIPTS: readonly Script[] = [
${files.map((file) => `  ${identifierOf(`core/${file}`)}Script,\n`).join("")}];
`;

const moduleOf = (root, owner) => {
  const files = readdirSync(new URL(`lua/${owner}/`, root))
    .filter((file) => file.endsWith(".lua"))
    .sort();
  const bodies = files.map((file) => build(root, `${owner}/${file}`));
  const uses = (word) => bodies.some((body) => new RegExp(`\\b${word}\\b`).test(body));
  return `// Generated from lua/${owner}/*.lua by scripts/build-lua.mjs. Do not edit: change the Lua file and build.
${importsFor(owner, uses)}
${bodies.join("")}${owner === "core" ? listOf(files) : ""}`;
};

/** Nothing where there is no such file. */
export const textIn = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};

/**
 * The modules of the packages that have scripts.
 *
 * @param root the URL of the folder that lua/ is in
 * @returns for each the folder of its scripts, the path of the module from the root, and its text
 * @throws an Error that names the file and what is wrong with it
 */
export const luaModules = (root) =>
  readdirSync(new URL("lua/", root), { withFileTypes: true })
    .filter(({ name }) => name !== "shared")
    .map((owner) => {
      if (!owner.isDirectory())
        refuse(owner.name, "expected to be in the folder of a package, such as lua/core/");
      return {
        folder: `lua/${owner.name}/`,
        out: `packages/${owner.name}/src/redis/scripts.gen.ts`,
        text: moduleOf(root, owner.name),
      };
    });
