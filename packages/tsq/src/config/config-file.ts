/** Finds and reads sidekiq.yml, as Rails teams write it and as Sidekiq reads it. */
import { existsSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { ConfigError, notAsExpected, shown } from "@tsq/core/config";
import type { Options } from "@tsq/core/config";
import { CAPSULE_SETTINGS } from "@tsq/worker/settings";
import { keysOf, warningAbout, warningAboutMapping } from "./config-keys.ts";
import { evaluateErb } from "./erb/erb.ts";
import type { Environment } from "./erb/erb-expression.ts";
import { WORK_ROWS } from "./work-rows.ts";
import { readText } from "./read-text.ts";
import { readKeys } from "./written.ts";
import type { Given } from "./written.ts";
import { placeOf, plainMapping, plainValue } from "./yaml-place.ts";
import { isMapping, parseYaml } from "./yaml-source.ts";
import type { YamlMapping, YamlNode } from "./yaml-source.ts";

/** What a config file says, by the names of the rows; what it does not say is absent. */
export type FileConfig = Given<typeof WORK_ROWS> & {
  readonly path: string;
  /** One line for each key that does nothing here. */
  readonly warnings: readonly string[];
};

/**
 * The config file to read: `config`, else `config/sidekiq.yml`, else `config/sidekiq.yml.erb`, under
 * the first directory among `require`, else under the current one. Undefined when there is none.
 */
export const findConfigFile = (
  flags: { readonly config?: string | undefined; readonly require?: readonly string[] | undefined },
  cwd = ".",
): string | undefined => {
  const under = (path: string): string => (isAbsolute(path) ? path : join(cwd, path));
  if (flags.config !== undefined) return under(flags.config);
  const isDirectory = (path: string): boolean =>
    statSync(under(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  const directory = under(flags.require?.find(isDirectory) ?? ".");
  return ["sidekiq.yml", "sidekiq.yml.erb"]
    .map((name) => join(directory, "config", name))
    .find((path) => existsSync(path));
};

/** The name of the environment, when a flag or a variable gives one. An empty variable counts as unset. */
export const givenEnvironment = (flag: string | undefined, env: Environment): string | undefined =>
  flag || env["APP_ENV"] || env["RAILS_ENV"] || env["RACK_ENV"] || undefined;

/**
 * Reads one file: ERB, then YAML, then the section of the environment over the top level.
 *
 * @param extra rows of extensions, beside those of `tsq work`
 * @throws ConfigError naming file, line and key, for anything that is not configuration
 */
export const readConfigFile = (
  path: string,
  { environment, env, extra = {} }: { environment: string; env: Environment; extra?: Options },
): FileConfig => {
  const { text, lines } = evaluateErb(readText(path, "config file", "Correct the path after -C."), {
    file: path,
    env,
  });
  const entries = withSection(parseYaml(text, path, lines), environment, path);
  // What the rows of extensions read has their names, which are no names of ours.
  const rows = { ...WORK_ROWS, ...extra };
  const root: YamlNode = { value: entries, line: 1 };
  const { capsules = [], ...given } = readKeys(rows, plainMapping(entries), placeOf(root, path));
  // Sidekiq calls the capsule of the top level `default`: what is said of it here wins over the top level.
  const { name: _, ...defaults } = capsules.find(({ name }) => name === "default") ?? { name: "default" };
  const others = capsules.filter(({ name }) => name !== "default");
  return {
    path,
    warnings: warningsAbout(entries, { environment, file: path, known: keysOf(rows) }),
    ...given,
    ...(capsules.length > 0 ? { capsules: others } : {}),
    ...defaults,
  };
};

const withSection = (root: YamlNode, environment: string, file: string): YamlMapping => {
  // An empty file and a lone `false` are nothing to Ruby too.
  if (root.value === null || root.value === false) return new Map();
  if (!isMapping(root.value)) {
    throw new ConfigError(
      `${file}:${root.line}: Expected the file to hold keys such as \`concurrency: 10\`, got ${shown(plainValue(root))}. ` +
        "Write each setting as `key: value`.",
    );
  }
  const entries = new Map(root.value);
  const section = entries.get(environment);
  entries.delete(environment);
  if (!section || section.value === null) return entries;
  if (!isMapping(section.value)) {
    throw notAsExpected(
      placeOf(section, file, environment),
      "the section of this environment",
      plainValue(section),
      "Indent its settings under it, or rename the key.",
    );
  }
  return new Map([...entries, ...section.value]);
};

const warningsAbout = (
  entries: YamlMapping,
  { environment, file, known }: { environment: string; file: string; known: readonly string[] },
): string[] => {
  const warnings: string[] = [];
  const warn = (node: YamlNode, text: string | null): void => {
    if (text !== null) warnings.push(`${file}:${node.line}: ${text}`);
  };
  for (const [key, node] of entries) {
    if (known.includes(key) && node.value === null) warn(node, `\`${key}\` is empty: its default applies.`);
    else if (isMapping(node.value)) warn(node, warningAboutMapping(key, known));
    else if (node.value !== null) warn(node, warningAbout(key, known));
  }
  const named = entries.get("environment");
  if (named && named.value !== null && named.value !== environment) {
    warn(
      named,
      `\`environment\` does not choose the section, as in Sidekiq: \`${environment}\` is read. Use -e or APP_ENV.`,
    );
  }
  const capsules = entries.get("capsules")?.value;
  for (const [name, capsule] of isMapping(capsules) ? capsules : []) {
    for (const [key, node] of isMapping(capsule.value) ? capsule.value : []) {
      const text = warningAbout(key, keysOf(CAPSULE_SETTINGS));
      warn(node, text && `In the capsule \`${name}\`: ${text}`);
    }
  }
  return warnings;
};
