/** How many of the jobs that are to be retried, or moved off a queue, somebody has cancelled: that is taken back, and they run. */
import type { ApiConnection } from "@tsq/core/api";
import { areCancelled } from "@tsq/core/protocol";
import { withCommas } from "../cli/counted.ts";

// So many in one pipeline.
const SLICE = 1_000;

/** A line for the preview, or none where nobody has cancelled one. */
export const cancelsTakenBack = async (
  api: ApiConnection,
  jids: ReadonlySet<string>,
): Promise<readonly string[]> => {
  const all = [...jids];
  let count = 0;
  for (let from = 0; from < all.length; from += SLICE) {
    const answers = await areCancelled(api.redis, all.slice(from, from + SLICE));
    count += answers.filter(Boolean).length;
  }
  if (count === 0) return [];
  return [`${withCommas(count)} of them ${count === 1 ? "was" : "were"} cancelled: that is taken back.`];
};
