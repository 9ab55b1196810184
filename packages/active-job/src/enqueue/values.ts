/** The arguments of jobs, by the settings that `configure()` has at the time. */
import type { JsonValue } from "@tsq/core";
import { decodeArguments as decode } from "../values/decode.ts";
import { encodeArguments as encode } from "../values/encode.ts";
import { currentSettings } from "../values/settings.ts";

/** @throws SerializationError naming the place of what cannot be serialized */
export const encodeArguments = (values: readonly unknown[]): readonly JsonValue[] =>
  encode(values, currentSettings());

/** @throws DeserializationError naming the place of what cannot be made a value */
export const decodeArguments = (list: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> =>
  decode(list, currentSettings());
