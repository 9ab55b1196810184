/** Keeps jobs from starting whose deadline is over. */
import { deadlineIn } from "@tsq/core/protocol";
import type { Admission } from "./admission.ts";
import type { Ending } from "./ending.ts";

const LATE: Ending = { kind: "late" };

export const notLate: Admission = ({ payload }) => {
  const deadlineMs = deadlineIn(payload);
  return deadlineMs !== undefined && Date.now() >= deadlineMs ? LATE : undefined;
};
