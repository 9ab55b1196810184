/** JSON that `JSON.parse` reads and that whatever calls itself for each level cannot walk: no stack holds so much. */
import { FIELDS } from "./odd-json.ts";
import { ALL } from "./runs.ts";

// Of the first JSON.stringify still makes a text in some stacks; of the last nothing does.
const MOST = 200_000;
const DEPTHS = [5_000, 20_000, MOST];
const SHAPES: Readonly<Record<string, (levels: number) => string>> = {
  lists: (levels) => "[".repeat(levels) + "]".repeat(levels),
  mappings: (levels) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`,
};

/** A payload's field that is nested so deeply. */
export interface Deep {
  readonly field: string;
  readonly value: string;
  /** For the message of a test that fails. */
  readonly what: string;
}

interface Way {
  readonly what: string;
  readonly levels: number;
  readonly make: () => string;
}

/** `tags` and their like hold lists of what is deep as well as what is deep itself. */
const WAYS: readonly Way[] = DEPTHS.flatMap((levels) =>
  Object.entries(SHAPES).flatMap(([shape, make]) => [
    { what: `${levels} ${shape}`, levels, make: () => make(levels) },
    { what: `${levels} ${shape} in a list`, levels, make: () => `["a",${make(levels)}]` },
  ]),
);
// A megabyte is as deep as a tenth of it, and takes ten times as long.
const QUICK = WAYS.filter(({ what, levels }) => levels < MOST || !what.includes("mappings"));

/** Each field in one way, another for each `shift`. */
export const deepFields = (shift: number): readonly Deep[] => {
  const ways = ALL ? WAYS : QUICK;
  return FIELDS.map((field, i) => {
    const { what, make } = ways[(i + shift) % ways.length] as Way;
    return { field, value: make(), what: `${field}: ${what}` };
  });
};
