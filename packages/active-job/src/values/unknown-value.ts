/** What a serializer of Ruby wrote that nobody here has registered. */
import type { JsonObject } from "./ruby-form.ts";

/**
 * A value that only Ruby knows. It may be forwarded, and then nothing of it changes. Taken for a text or a number it
 * throws, with what to do. Register its serializer to get a value: `configure({ serializers: [money] })`.
 */
export class UnknownValue {
  /** The class of the serializer in Ruby: `MoneySerializer`. */
  readonly serializer: string;
  /** What it wrote, as it stands. */
  readonly json: JsonObject;

  constructor(serializer: string, json: JsonObject) {
    this.serializer = serializer;
    this.json = json;
  }

  toJSON(): JsonObject {
    return this.json;
  }

  /** @throws TypeError always */
  [Symbol.toPrimitive](): never {
    throw new TypeError(
      `Expected a value that tsq knows, got one of the serializer ${this.serializer}. ` +
        "Give that serializer to `configure({ serializers: […] })`, or read `json` of the value.",
    );
  }
}
