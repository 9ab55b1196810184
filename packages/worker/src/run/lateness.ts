/** Keeps jobs from starting whose deadline is over. */
import { isLate } from "@tsq/core/protocol";
import type { Admission } from "./admission.ts";
import type { Ending } from "./ending.ts";

const LATE: Ending = { kind: "late" };

export const notLate: Admission = ({ payload }) => (isLate(payload) ? LATE : undefined);
