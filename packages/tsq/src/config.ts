/** tsq/config: the kinds of options, for the rows of extensions. */
export {
  boolean,
  functions,
  integer,
  notAsExpected,
  oneFunction,
  oneOf,
  seconds,
  text,
  textOrTexts,
  texts,
  timerMs,
  timerSeconds,
} from "@tsq/core/config";
export type { FlagRow, Kind, Option, Options, Place, Schema, Values } from "@tsq/core/config";
