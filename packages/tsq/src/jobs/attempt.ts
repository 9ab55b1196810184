/** Tries a deed, and writes down that it has failed: where the answer was lost it may be done. */
import { ConfigError } from "@tsq/core";
import { undone } from "../cli/early-end.ts";
import type { Done } from "./audit.ts";
import type { Hands } from "./hands.ts";

/** @param nothing what would be written of it had it changed nothing */
export const attempt = async <T>(
  { problemOf, write }: Hands,
  nothing: Done,
  run: () => Promise<T>,
): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    // What was asked wrongly was not begun.
    if (error instanceof ConfigError) throw error;
    const note = [nothing.note ?? "", problemOf(error)].filter((part) => part !== "").join(": ");
    await write({ ...nothing, outcome: "failed", note });
    throw undone(error, problemOf);
  }
};
