/** Faults of a Rails app and of its Redis, each planted in a copy of the example, and what `tsq doctor` is to find of it. */
import { CODE_FAULTS } from "./doctor-faults-of-code.ts";
import { JOB_FAULTS } from "./doctor-faults-of-jobs.ts";
import { SERVER_FAULTS } from "./doctor-faults-of-servers.ts";
import type { Fault } from "./faulty-app.ts";

export const FAULTS: readonly Fault[] = [...SERVER_FAULTS, ...JOB_FAULTS, ...CODE_FAULTS];
