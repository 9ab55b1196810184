/** What a node of a config file holds, and where each part of it stands. */
import type { Place } from "@tsq/core/config";
import { isMapping } from "./yaml-source.ts";
import type { YamlMapping, YamlNode } from "./yaml-source.ts";

/** The value without its lines: mappings stay maps. */
export const plainValue = ({ value }: YamlNode): unknown => {
  if (isMapping(value)) return plainMapping(value);
  return Array.isArray(value) ? value.map(plainValue) : value;
};

export const plainMapping = (mapping: YamlMapping): ReadonlyMap<string, unknown> =>
  new Map([...mapping].map(([key, node]) => [key, plainValue(node)]));

/** @param name as an error calls it: `capsules.mail.queues`; empty for the whole file */
export const placeOf = (node: YamlNode, file: string, name = ""): Place => ({
  where: `${file}:${node.line}: `,
  name,
  item: (key) => {
    const { value } = node;
    const item = isMapping(value) ? value.get(String(key)) : (value as readonly YamlNode[])[Number(key)];
    const within = name === "" ? String(key) : `${name}.${key}`;
    return placeOf(item ?? node, file, typeof key === "number" ? `${name}[]` : within);
  },
});
