/** What it costs to take one job out of the midst of a long queue: Redis has no other way than to look for its bytes. */
import type { Html } from "../html/html.ts";
import type { Frame } from "../layout/frame.ts";

/** Of shorter ones it is below what anybody feels. */
const LONG = 20_000;
/** About so long for each job on the way. */
const MS_EACH = 0.0001;

/** In one sentence; undefined of a queue where it is not worth a word. It is looked for from the nearer end. */
export const costOf = (size: number, { words }: Frame): Html | undefined => {
  if (size < LONG) return undefined;
  const n = Math.ceil(size / 2);
  return words.say("bulk.queue_cost", { n, span: words.span(n * MS_EACH) });
};
