/** What a look counts as for the limit of a viewer: an ordinary page reads what it shows, and these read much more. */
import type { Visit } from "../visit.ts";
import { countIn } from "./paging.ts";

/** Some ten thousand jobs: what a filter finds and counts, search, errors, a job by its jid, the audit trail. */
export const LOOK_COST = 5;
/** Fifty thousand and more: the question before many are touched, and whatever looks through all queues. */
export const FAR_LOOK_COST = 10;

/** So many rows are an ordinary page. */
const USUAL_ROWS = 200;

/** Of a list: for no filter its counts are read once for all who look, and for each filter anew. A long page costs as a look does. */
export const costOfList = ({ query }: Visit): number =>
  (query.get("q") ?? "").trim() !== "" || query.get("substr") || countIn(query) > USUAL_ROWS ? LOOK_COST : 1;
