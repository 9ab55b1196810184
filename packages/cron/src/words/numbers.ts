/**
 * Numbers in words, as fugit knows them. The order of the patterns is fugit's as well: the first word that matches is taken,
 * so that `sixteen`, of which it takes `six`, is no number to it.
 */
const ONES = "one two three four five six seven eight nine".split(" ");
const TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(" ");
// `fourty` is fugit's.
const TENS = ["twenty", "thirty", "fourty", "fifty"].flatMap((ten) => [
  ten,
  ...ONES.map((one) => `${ten}-${one}`),
]);
const TO_59 = ["zero", ...ONES, ...TEENS, ...TENS];

export const HOUR_WORDS: ReadonlyMap<string, number> = new Map<string, number>([
  ...TO_59.slice(0, 13).map((word, i) => [word, i] as const),
  ["midnight", 0],
  ["oh", 0],
  ["noon", 12],
]);

export const MINUTE_WORDS: ReadonlyMap<string, number> = new Map<string, number>([
  ...TO_59.map((word, i) => [word, i] as const),
  ["o'clock", 0],
  ["hundred", 0],
]);

const ORDINALS = (
  "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth " +
  "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth " +
  "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split(" ");

const IRREGULAR: ReadonlyMap<number, string> = new Map([
  [1, "st"],
  [2, "nd"],
  [3, "rd"],
  [21, "st"],
  [22, "nd"],
  [23, "rd"],
  [31, "st"],
]);

/** Days of a month: `15th`, `fifteenth`, `last`. */
export const MONTH_DAY_WORDS: ReadonlyMap<string, number | "L"> = new Map<string, number | "L">([
  ...ORDINALS.map((_, i) => [`${i + 1}${IRREGULAR.get(i + 1) ?? "th"}`, i + 1] as const),
  ["last", "L"],
  ...ORDINALS.map((word, i) => [word, i + 1] as const),
]);

/** A pattern for a Reader, of the words in their order. */
export const wordPattern = (words: Iterable<string>): RegExp => new RegExp([...words].join("|"), "iy");
