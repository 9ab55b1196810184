/** Memory as Sidekiq shows it. */
import { withCommas } from "../cli/counted.ts";

const MANY_KB = 100_000;
const MANY_MB = 10_000;

/** `82,000 KB`, `117 MB`, `9.8 GB`. */
export const memoryText = (kib: number): string => {
  if (kib < MANY_KB) return `${withCommas(kib)} KB`;
  const mb = kib / 1_024;
  return mb < MANY_MB ? `${withCommas(mb)} MB` : `${(mb / 1_024).toFixed(1)} GB`;
};
