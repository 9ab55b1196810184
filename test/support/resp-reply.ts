/** Where a reply of Redis ends, in RESP 2 and 3, for whoever sits between a client and its server. */

const LINES = "+-:_,#(";
const TEXTS = "$=!";
const LISTS = "*~>";
const PAIRS = "%";

/** The end of the reply that begins here, or undefined when it has not arrived in full. */
export const endOfReply = (bytes: Buffer, at = 0): number | undefined => {
  const lineEnd = bytes.indexOf("\r\n", at);
  if (lineEnd < 0) return undefined;
  const type = String.fromCodePoint(bytes[at] ?? 0);
  const from = lineEnd + 2;
  if (LINES.includes(type)) return from;
  const size = Number(bytes.toString("latin1", at + 1, lineEnd));
  if (TEXTS.includes(type)) return withinOf(bytes, size < 0 ? from : from + size + 2);
  if (LISTS.includes(type)) return endOfAll(bytes, from, size);
  if (PAIRS.includes(type)) return endOfAll(bytes, from, 2 * size);
  throw new Error(`Expected a reply of RESP, got \`${bytes.toString("latin1", at, lineEnd)}\`.`);
};

const withinOf = (bytes: Buffer, end: number): number | undefined => (end <= bytes.length ? end : undefined);

const endOfAll = (bytes: Buffer, from: number, count: number): number | undefined => {
  let end: number | undefined = from;
  for (let i = 0; i < count && end !== undefined; i++) end = endOfReply(bytes, end);
  return end;
};
