/** A thrown object as JSON, also one that JSON has no form for: in circles, with big integers, or holding megabytes. */

/** Throws where a `toJSON` or a getter of it throws. */
export const jsonOfThrown = (value: object): string => {
  // What the replacer is inside of, from the outermost on.
  const within: unknown[] = [];
  const replace = function (this: unknown, key: string, one: unknown): unknown {
    const own = (this as Readonly<Record<string, unknown>>)[key];
    // Before its own toJSON(): a Buffer's would be a list of its bytes.
    if (ArrayBuffer.isView(own)) return `[${own.byteLength} bytes]`;
    if (typeof one === "bigint") return String(one);
    if (typeof one !== "object" || one === null) return one;
    while (within.length > 0 && within.at(-1) !== this) within.pop();
    if (within.includes(one)) return "[circular]";
    within.push(one);
    return one;
  };
  return JSON.stringify(value, replace) ?? "";
};
