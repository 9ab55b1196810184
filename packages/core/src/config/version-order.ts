/** Versions, and which of two is the later one. */

/** Whether a version is at least another one: `7.0.15` is at least `7.0`. */
export const isAtLeast = (version: string, least: string): boolean => {
  const [own, other] = [partsOf(version), partsOf(least)];
  for (let i = 0; i < Math.max(own.length, other.length); i++) {
    const difference = (own[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
};

const partsOf = (version: string): readonly number[] =>
  version.split(".").map((part) => Number.parseInt(part, 10) || 0);
