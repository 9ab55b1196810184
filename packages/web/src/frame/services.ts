/** What all visits of one dashboard share. */
import type { ApiOptions } from "@tsq/core/api";
import type { JobRows } from "./job-rows.ts";
import type { TabList } from "../tabs/tab-list.ts";
import type { Mask } from "../security/mask.ts";
import type { FindingsReader } from "./findings-reader.ts";
import type { Summary } from "./summary.ts";

export interface Services {
  readonly summary: Summary;
  readonly findings: FindingsReader;
  readonly readOnly: boolean;
  readonly mask: Mask;
  readonly tabs: TabList;
  readonly jobRows: JobRows | undefined;
  readonly logger: ApiOptions["logger"];
}
