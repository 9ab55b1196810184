/** The keys, as `?` shows them. */
import { ALL_BINDINGS, LOOKING } from "./key-list.ts";
import type { Line } from "./line.ts";
import type { Size } from "./state.ts";
import { wrapTo } from "./wide.ts";

const KEY = 16;

export const helpLines = ({ columns }: Size): readonly Line[] => [
  [[`${"Key".padEnd(KEY)}Action`, "strong"]],
  ...[...ALL_BINDINGS.map(({ key, tells }) => [key, tells] as const), ...LOOKING].flatMap(([key, tells]) =>
    wrapTo(tells, Math.max(20, columns - KEY)).map((line, i): Line => [
      [(i === 0 ? key : "").padEnd(KEY), "strong"],
      line,
    ]),
  ),
  [],
  ...wrapTo("What changes jobs is asked about first, and stands in the audit trail.", columns).map(
    (line): Line => [line],
  ),
];
