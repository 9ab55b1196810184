/** The numbers in the head, which every tab has. */
import { withCommas } from "../cli/counted.ts";
import { padText } from "../cli/text-width.ts";
import type { Line } from "./line.ts";
import type { Totals } from "./picture.ts";

const LABELS: readonly (readonly [keyof Totals, string])[] = [
  ["processed", "Processed"],
  ["failed", "Failed"],
  ["busy", "Busy"],
  ["enqueued", "Enqueued"],
  ["retries", "Retries"],
  ["scheduled", "Scheduled"],
  ["dead", "Dead"],
];

const GAP = 1;
const WIDEST = 18;

export const totalsLines = (totals: Totals | undefined, columns: number): readonly Line[] => {
  const width = Math.min(WIDEST, Math.floor(columns / LABELS.length) - GAP);
  const gap = " ".repeat(GAP);
  return [
    LABELS.map(([, label]) => [padText(label, width, true) + gap, "faint"]),
    LABELS.map(([name]) => [
      padText(totals ? numberIn(totals[name], width) : "-", width, true) + gap,
      "strong",
    ]),
  ];
};

const SHORT = [
  [1e9, "G"],
  [1e6, "M"],
] as const;

/** `1,234,567`, or `1,235M` where there is no room for it. */
const numberIn = (count: number, width: number): string => {
  const whole = withCommas(count);
  if (whole.length <= width) return whole;
  const [size, unit] = SHORT.find(([size]) => count >= 10 * size) ?? [1e6, "M"];
  return `${withCommas(count / size)}${unit}`;
};
