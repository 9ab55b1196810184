/** What all visits of one dashboard share. */
import type { Mask } from "../security/mask.ts";
import type { Summary } from "./summary.ts";

export interface Services {
  readonly summary: Summary;
  readonly readOnly: boolean;
  readonly mask: Mask;
}
