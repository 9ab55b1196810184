/** A cron expression in either way of writing it: in cron's notation or in words. */
import { wordsAsCron } from "../words/words-as-cron.ts";
import type { Reading } from "./written.ts";
import { readWritten } from "./written.ts";

/** What it means, or what is wrong with it as cron's notation. */
export const readExpression = (text: string): Reading => {
  const written = readWritten(text);
  if ("plan" in written) return written;
  const said = wordsAsCron(text.trim());
  const reading = said === undefined ? written : readWritten(said.cron);
  return "plan" in reading ? { ...reading, leftOut: said?.leftOut ?? [] } : written;
};
