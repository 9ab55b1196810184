/** Which two values are the ends of a Range: those that Ruby compares, as `1 <=> 2.5` and not `1 <=> "a"`. */
import type { JsonValue } from "@tsq/core";
import { isWholeFloat } from "@tsq/core/protocol";
import {
  BIG_DECIMAL,
  DATE,
  DATE_TIME,
  DURATION,
  GLOBAL_ID,
  SERIALIZED,
  SYMBOL,
  TIME,
  TIME_WITH_ZONE,
} from "./marks.ts";

/** Of a serializer of somebody's own only Ruby knows. */
type Kind =
  | "number"
  | "text"
  | "Symbol"
  | "date or time"
  | "Duration"
  | "list"
  | "model"
  | "unknown"
  | "other";

const SERIALIZED_KINDS: Readonly<Record<string, Kind>> = {
  [BIG_DECIMAL]: "number",
  [DATE]: "date or time",
  [DATE_TIME]: "date or time",
  [DURATION]: "Duration",
  [SYMBOL]: "Symbol",
  [TIME]: "date or time",
  [TIME_WITH_ZONE]: "date or time",
};

/** What stands at an end that has no order, or another than the other end has. ActiveSupport takes a number for a time. */
const COMPARED: Readonly<Record<Kind, readonly Kind[]>> = {
  number: ["number", "Duration"],
  text: ["text"],
  Symbol: ["Symbol"],
  "date or time": ["date or time", "number", "Duration"],
  Duration: ["Duration", "number"],
  list: ["list"],
  model: ["model"],
  unknown: [],
  other: [],
};

/**
 * Whether Ruby makes a Range of these, as ActiveJob writes them. It refuses all others when it reads the job. Lists are
 * compared one by one until two differ: here all of them have to be of kinds that are compared.
 */
export const canBeEnds = (begin: JsonValue, end: JsonValue): boolean => {
  if (begin === null || end === null) return true;
  const [from, to] = [kindOf(begin), kindOf(end)];
  if (from === "unknown" || to === "unknown") return true;
  if (!COMPARED[from].includes(to)) return false;
  if (from === "model") return modelIn(begin) === modelIn(end);
  return !Array.isArray(begin) || !Array.isArray(end) || areCompared(begin, end);
};

const areCompared = (some: readonly JsonValue[], others: readonly JsonValue[]): boolean =>
  some.every((one, at) => {
    const other = others[at];
    return other === undefined || (one !== null && other !== null && canBeEnds(one, other));
  });

const kindOf = (json: JsonValue): Kind => {
  if (typeof json === "number" || typeof json === "bigint") return "number";
  if (typeof json === "string") return "text";
  if (Array.isArray(json)) return "list";
  if (typeof json !== "object" || json === null) return "other";
  if (isWholeFloat(json)) return "number";
  // The cast only indexes.
  const { [SERIALIZED]: name, [GLOBAL_ID]: uri, value } = json as Readonly<Record<string, JsonValue>>;
  if (typeof uri === "string") return "model";
  if (typeof name !== "string" || value === "NaN") return "other";
  return SERIALIZED_KINDS[name] ?? (name.startsWith("ActiveJob::Serializers::") ? "other" : "unknown");
};

/** `gid://crm/Contact` of `gid://crm/Contact/7`: models of two classes have no order. */
const modelIn = (json: JsonValue): string => {
  // Looked at by kindOf(): it is an object with such a text.
  const { [GLOBAL_ID]: uri } = json as { readonly [GLOBAL_ID]: string };
  return uri.slice(0, uri.lastIndexOf("/"));
};
