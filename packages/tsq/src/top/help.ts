/** The keys, as `?` shows them. */
import { cutText } from "../cli/text-width.ts";
import { ALL_BINDINGS, LOOKING } from "./key-list.ts";
import type { Line } from "./line.ts";
import type { Size } from "./state.ts";

const KEY = 16;

export const helpLines = ({ columns }: Size): readonly Line[] => [
  [[`${"Key".padEnd(KEY)}Action`, "strong"]],
  ...[...ALL_BINDINGS.map(({ key, tells }) => [key, tells] as const), ...LOOKING].map(
    ([key, tells]): Line => [[key.padEnd(KEY), "strong"], cutText(tells, columns - KEY)],
  ),
  [],
  ["What changes jobs is asked about first, and stands in the audit trail."],
];

/** However wide the screen is. */
export const HELP_LENGTH = helpLines({ columns: KEY, rows: 1 }).length;
