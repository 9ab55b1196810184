/** A schedule of sidekiq-cron in a file: ERB as in sidekiq.yml, then YAML. */
import { ConfigError, shown } from "@tsq/core/config";
import type { ScheduleFile } from "@tsq/cron";
import { evaluateErb } from "./erb/erb.ts";
import type { Environment } from "./erb/erb-expression.ts";
import { readText } from "./read-text.ts";
import { placeOf, plainValue } from "./yaml-place.ts";
import { isMapping, parseYaml } from "./yaml-source.ts";
import type { YamlNode } from "./yaml-source.ts";

/** Where sidekiq-cron looks for it. */
export const SCHEDULE_FILE = "config/schedule.yml";

/** @throws ConfigError naming file and line, when it is not there or is no schedule */
export const readScheduleFile = (path: string, env: Environment = process.env): ScheduleFile => {
  const remedy = "Correct `cron_schedule_file`, or the path that names it.";
  const { text, lines } = evaluateErb(readText(path, "schedule file", remedy), { file: path, env });
  const root = parseYaml(text, path, lines);
  const { value } = root;
  if (!isMapping(value) && !Array.isArray(value)) {
    throw new ConfigError(
      `${path}:${root.line}: Expected the file to hold the entries of a schedule by their names, got ${shown(plainValue(root))}. ` +
        "Write `nightly:` and below it `cron:` and `class:`.",
    );
  }
  return {
    schedule: asCode(plainValue(root)),
    placeOf: (name) => placeOf(entryNode(root, name) ?? root, path),
  };
};

const entryNode = ({ value }: YamlNode, name: string): YamlNode | undefined => {
  if (isMapping(value)) return value.get(name);
  // Of a list, the one of that name, or of that place where it has none.
  const items = value as readonly YamlNode[];
  return (
    items.find(({ value: item }) => isMapping(item) && item.get("name")?.value === name) ??
    items[Number(name) - 1]
  );
};

/** Mappings as the objects that code would give. */
const asCode = (value: unknown): unknown => {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [String(key), asCode(item)]));
  return Array.isArray(value) ? value.map(asCode) : value;
};
