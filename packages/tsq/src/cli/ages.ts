/** How long ago, and in how long: short in tables, in words elsewhere. */

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
] as const;

/** `45s`, `12m`, `3h`, `9d`. */
export const spanText = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ["s", 1];
  return `${Math.floor(seconds / size)}${unit}`;
};

/** `12m ago`, `in 3h`; empty of what is no time. */
export const whenText = (at: Date | undefined, nowMs: number): string => {
  if (!at) return "";
  const ms = at.getTime() - nowMs;
  return ms > 0 ? `in ${spanText(ms)}` : `${spanText(-ms)} ago`;
};

/** `just now`, `a minute ago`, `12 minutes ago`, `an hour ago`, `3 hours ago`. */
export const ageInWords = (at: Date, nowMs: number): string => {
  const minutes = Math.floor((nowMs - at.getTime()) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 2) return "a minute ago";
  if (minutes < 60) return `${minutes} minutes ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 2 ? "an hour ago" : `${hours} hours ago`;
};

/** `2030-01-31 08:30:00`, of UTC. */
export const utcText = (at: Date): string => at.toISOString().slice(0, 19).replace("T", " ");
