/** Finds and reads sidekiq.yml, as Rails teams write it and as Sidekiq reads it. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { ConfigError } from "@tsq/core";
import { CAPSULE_KEYS, KNOWN_KEYS, warningAbout, warningAboutMapping } from "./config-keys.ts";
import type { KnownKey } from "./config-keys.ts";
import { evaluateErb } from "./erb/erb.ts";
import type { Environment } from "./erb/erb-expression.ts";
import { queueFromPair, queueFromText } from "./queue-list.ts";
import type { WeightedQueue } from "./queue-list.ts";
import {
  booleanOf,
  concurrencyOf,
  countOf,
  intervalOf,
  secondsOf,
  shown,
  textOf,
  withoutUndefined,
  wrongSetting,
} from "./setting.ts";
import type { Setting } from "./setting.ts";
import { isMapping, parseYaml } from "./yaml-source.ts";
import type { YamlMapping, YamlNode } from "./yaml-source.ts";

/** What a config file says; what it does not say is absent. */
export interface FileConfig {
  readonly path: string;
  /** One line for each key that does nothing here. */
  readonly warnings: readonly string[];
  readonly concurrency?: number;
  readonly timeoutSeconds?: number;
  readonly queues?: readonly WeightedQueue[];
  readonly capsules?: readonly FileCapsule[];
  readonly environment?: string;
  readonly requires?: readonly string[];
  readonly tag?: string;
  readonly verbose?: boolean;
  readonly labels?: readonly string[];
  readonly maxRetries?: number;
  readonly deadMaxJobs?: number;
  readonly deadTimeoutInSeconds?: number;
  readonly averageScheduledPollInterval?: number;
  readonly pollIntervalAverage?: number;
}

export interface FileCapsule {
  readonly name: string;
  readonly concurrency?: number;
  readonly queues: readonly WeightedQueue[];
}

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

export const DEFAULT_ENVIRONMENT = "development";

/**
 * Reads one file: ERB, then YAML, then the section of the environment over the top level.
 *
 * @throws ConfigError naming file, line and key, for anything that is not configuration
 */
export const readConfigFile = (
  path: string,
  { environment, env }: { environment: string; env: Environment },
): FileConfig => {
  const { text, lines } = evaluateErb(readText(path), { file: path, env });
  const entries = withSection(parseYaml(text, path, lines), environment, path);
  const { capsules, ...defaultCapsule } = capsulesOf(entries, path);

  const given = <T>(key: KnownKey, read: (setting: Setting) => T): T | undefined => {
    const node = entries.get(key);
    return node && node.value !== null ? read(settingOf(key, node, path)) : undefined;
  };
  const values = withoutUndefined({
    concurrency: given("concurrency", concurrencyOf),
    timeoutSeconds: given("timeout", secondsOf),
    queues: given("queues", (setting) => queuesOf(setting, path)),
    capsules,
    environment: given("environment", textOf),
    requires: given("require", textsOf),
    tag: given("tag", textOf),
    verbose: given("verbose", booleanOf),
    labels: given("labels", labelsOf),
    maxRetries: given("max_retries", (setting) => countOf(setting, 0)),
    deadMaxJobs: given("dead_max_jobs", (setting) => countOf(setting, 1, NO_DEAD_JOBS)),
    deadTimeoutInSeconds: given("dead_timeout_in_seconds", (setting) => countOf(setting, 1, NO_DEAD_JOBS)),
    averageScheduledPollInterval: given("average_scheduled_poll_interval", intervalOf),
    pollIntervalAverage: given("poll_interval_average", intervalOf),
  });
  return { path, warnings: warningsAbout(entries, environment, path), ...values, ...defaultCapsule };
};

const NO_DEAD_JOBS = "To keep no dead jobs at all, define the jobs with `dead: false`.";

const readText = (path: string): string => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") {
      throw new ConfigError(`There is no config file \`${path}\`. Correct the path after -C.`, {
        cause: error,
      });
    }
    if (code === "EISDIR") {
      throw new ConfigError(`The config file \`${path}\` is a directory. Name the file in it.`, {
        cause: error,
      });
    }
    throw new ConfigError(`The config file \`${path}\` cannot be read: ${code}. Check its permissions.`, {
      cause: error,
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigError(`The config file \`${path}\` is not UTF-8 text. Save it as UTF-8.`, {
      cause: error,
    });
  }
};

const settingOf = (name: string, node: YamlNode, file: string): Setting => ({
  place: `${file}:${node.line}: `,
  name,
  value: node.value,
});

const withSection = (root: YamlNode, environment: string, file: string): YamlMapping => {
  // An empty file and a lone `false` are nothing to Ruby too.
  if (root.value === null || root.value === false) return new Map();
  if (!isMapping(root.value)) {
    throw new ConfigError(
      `${file}:${root.line}: Expected the file to hold keys such as \`concurrency: 10\`, got ${shown(root.value)}. ` +
        "Write each setting as `key: value`.",
    );
  }
  const entries = new Map(root.value);
  const section = entries.get(environment);
  entries.delete(environment);
  if (!section || section.value === null) return entries;
  if (!isMapping(section.value)) {
    throw wrongSetting(
      settingOf(environment, section, file),
      "the section of this environment",
      "Indent its settings under it, or rename the key.",
    );
  }
  return new Map([...entries, ...section.value]);
};

const capsulesOf = (
  entries: YamlMapping,
  file: string,
): { capsules?: FileCapsule[]; concurrency?: number; queues?: readonly WeightedQueue[] } => {
  const node = entries.get("capsules");
  if (!node || node.value === null) return {};
  const capsules = [...mappingOf(settingOf("capsules", node, file), "capsules by name")].map(
    ([name, capsule]) => {
      const setting = settingOf(`capsules.${name}`, capsule, file);
      if (!/^[\w.-]+$/.test(name)) {
        throw new ConfigError(
          `${setting.place}Expected a name under \`capsules\` to hold letters, digits, \`_\`, \`-\` and \`.\` alone, got \`${name}\`. Rename it.`,
        );
      }
      const parts = mappingOf(setting, "a mapping with `queues` and `concurrency`");
      const [queues, concurrency] = [parts.get("queues"), parts.get("concurrency")];
      if (!queues || queues.value === null) {
        throw new ConfigError(
          `${setting.place}Expected \`${setting.name}\` to have queues. List them under \`queues\`.`,
        );
      }
      return {
        name,
        queues: queuesOf(settingOf(`${setting.name}.queues`, queues, file), file),
        ...(concurrency && concurrency.value !== null
          ? { concurrency: concurrencyOf(settingOf(`${setting.name}.concurrency`, concurrency, file)) }
          : {}),
      };
    },
  );
  // Sidekiq calls the capsule of the top level `default`: what is said of it here wins over the top level.
  const { name: _, ...defaults } = capsules.find(({ name }) => name === "default") ?? { name: "default" };
  return { capsules: capsules.filter(({ name }) => name !== "default"), ...defaults };
};

const mappingOf = (setting: Setting, expected: string): YamlMapping => {
  if (isMapping(setting.value)) return setting.value;
  throw wrongSetting(
    setting,
    expected,
    "Write `capsules: { mail: { concurrency: 2, queues: [mailers] } }`, or in lines.",
  );
};

/** Also a lone name and a mapping of weights: Ruby's `Array()` makes lists of them. */
const queuesOf = (setting: Setting, file: string): WeightedQueue[] => {
  const { value } = setting;
  const entry = (node: YamlNode, content: unknown = node.value): Setting => ({
    ...settingOf(`${setting.name}[]`, node, file),
    value: content,
  });
  if (typeof value === "string") return [queueFromText(setting)];
  if (isMapping(value) && value.size > 0) {
    return [...value].map(([name, weight]) =>
      queueFromPair(entry(weight, [name, weight.value]), name, weight.value),
    );
  }
  if (!Array.isArray(value) || value.length === 0) {
    throw wrongSetting(
      setting,
      "a list of queues",
      "Write `queues: [critical, default]`, or remove it for `default`.",
    );
  }
  return value.map((node: YamlNode) => {
    if (!Array.isArray(node.value)) {
      return typeof node.value === "string"
        ? queueFromText(entry(node))
        : queueFromPair(entry(node), node.value);
    }
    const pair = node.value.map((part: YamlNode) => part.value);
    if (pair.length === 1 || pair.length === 2) return queueFromPair(entry(node, pair), pair[0], pair[1]);
    throw wrongSetting(entry(node, pair), "`[name, weight]`", "Give each queue a line of its own.");
  });
};

const textsOf = (setting: Setting): string[] =>
  Array.isArray(setting.value)
    ? setting.value.map((node: YamlNode) => textOf({ ...setting, value: node.value }))
    : [textOf(setting)];

const labelsOf = (setting: Setting): string[] => {
  if (!Array.isArray(setting.value)) throw wrongSetting(setting, "a list", "Write `labels: [reliable]`.");
  return setting.value.map((node: YamlNode) =>
    typeof node.value === "number" ? String(node.value) : textOf({ ...setting, value: node.value }),
  );
};

const warningsAbout = (entries: YamlMapping, environment: string, file: string): string[] => {
  const warnings: string[] = [];
  const warn = (node: YamlNode, text: string | null): void => {
    if (text !== null) warnings.push(`${file}:${node.line}: ${text}`);
  };
  for (const [key, node] of entries) {
    const isKnown = KNOWN_KEYS.some((known) => known === key);
    if (isKnown && node.value === null) warn(node, `\`${key}\` is empty: its default applies.`);
    else if (isMapping(node.value)) warn(node, warningAboutMapping(key));
    else if (node.value !== null) warn(node, warningAbout(key, KNOWN_KEYS));
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
      const text = warningAbout(key, CAPSULE_KEYS);
      warn(node, text && `In the capsule \`${name}\`: ${text}`);
    }
  }
  return warnings;
};
