/** `five`, `5pm`, `16:30`, `noon`, `five thirty`: a time of the day in words. */
import { HOUR_WORDS, MINUTE_WORDS, wordPattern } from "./numbers.ts";
import type { Reader } from "./reader.ts";
import type { TimeSaying, Written } from "./saying.ts";

const HOUR_WORD = wordPattern(HOUR_WORDS.keys());
const MINUTE_WORD = wordPattern(MINUTE_WORDS.keys());
const DARK = /[ \t]*dark/iy;
const SPACE = /[ \t]+/y;
const HALF_OF_DAY = /[ \t]*(?:am|pm|noon|midday|midnight)/iy;
const CLOCK = /(?:2[0-4]|[01]?\d):[0-5]\d/y;
const HOUR = /2[0-4]|1\d|\d/y;

export const readTime = (reader: Reader): TimeSaying | undefined =>
  reader.first(
    () => inWords(reader),
    () => byTheClock(reader),
    () => wholeHour(reader),
  );

const inWords = (reader: Reader): TimeSaying | undefined => {
  const hour = reader.take(HOUR_WORD);
  if (hour === undefined) return undefined;
  reader.take(DARK);
  const minute = reader.first(() =>
    reader.take(SPACE) === undefined ? undefined : reader.take(MINUTE_WORD),
  );
  // fugit reads `Five`, and then does not know it: what follows is no expression.
  const hours = HOUR_WORDS.get(hour) ?? "?";
  const minutes = minute === undefined ? 0 : (MINUTE_WORDS.get(minute) ?? "?");
  return at(hours, minutes, reader.take(HALF_OF_DAY));
};

const byTheClock = (reader: Reader): TimeSaying | undefined => {
  const clock = reader.take(CLOCK);
  if (clock === undefined) return undefined;
  const [hours = "0", minutes = "0"] = clock.split(":");
  return at(Number(hours), Number(minutes), reader.take(HALF_OF_DAY));
};

const wholeHour = (reader: Reader): TimeSaying | undefined => {
  const hour = reader.take(HOUR);
  return hour === undefined ? undefined : at(Number(hour), 0, reader.take(HALF_OF_DAY));
};

const at = (hour: Written, minutes: Written, half: string | undefined): TimeSaying => ({
  about: "time",
  hours: typeof hour === "number" ? hourOfDay(hour, half?.trim().toLowerCase()) : hour,
  minutes,
});

/** Of 12 o'clock `am` is midnight and `pm` is noon, as fugit has it since 1.7.2. */
const hourOfDay = (hour: number, half: string | undefined): number => {
  if (half === "midnight" && hour === 12) return 24;
  if (half === "pm" && hour < 12) return hour + 12;
  return half === "am" && hour === 12 ? 0 : hour;
};
