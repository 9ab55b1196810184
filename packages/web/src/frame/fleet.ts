/** Processes and what they run, as the data API reads them. */
import { ProcessSet, WorkSet } from "@tsq/core/api";
import type { ApiConnection, ProcessRecord, WorkRecord } from "@tsq/core/api";

/** Those that are alive. */
export interface Fleet {
  readonly processes: readonly ProcessRecord[];
  /** The one that has run longest first. */
  readonly runs: readonly WorkRecord[];
}

/** Reads both. */
export const readFleet = async (api: ApiConnection): Promise<Fleet> => {
  const [processes, runs] = await Promise.all([new ProcessSet(api).all(), new WorkSet(api).all()]);
  return { processes, runs };
};
