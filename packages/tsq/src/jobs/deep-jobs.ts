/** Jobs that are nested so deeply that no JSON can be written of them: they show by their text, as what is no job does. */
import type { JobRecord } from "@tsq/core/api";

// Node writes some thousand levels, the fewer the more stands on its stack; Ruby reads a hundred.
const DEEPEST = 1_000;

export const isTooDeep = (job: JobRecord): boolean => {
  // Most are shorter than so many brackets.
  if (job.bytes.length < DEEPEST) return false;
  let level = holdersIn([job.payload]);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((holder) => holdersIn(Object.values(holder)));
  }
  return false;
};

const holdersIn = (values: readonly unknown[]): readonly object[] =>
  values.filter((value) => typeof value === "object" && value !== null);
