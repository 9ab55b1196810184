/** Packs small plans and options for Lua's cmsgpack. Payloads never go this way: they travel as bytes. */
// Not the package itself, which loads its streams as well, and a native module where there is one.
import { Packr } from "msgpackr/pack";

// Records are msgpackr's own extension, and cmsgpack knows no undefined: both must be off for Lua to read it.
const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true, int64AsType: "number" });

export const packPlan = (plan: unknown): Buffer => packr.pack(plan);
