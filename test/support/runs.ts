/** How often a property is tried. */

const FRACTION = 10;
const FEWEST = 30;

/** Whether everything is tried that there is, as in CI, and not a tenth of it as at a desk. */
export const ALL = process.env["TSQ_PROPERTIES"] === "all";

/** A tenth of them at a desk, and all in CI: `TSQ_PROPERTIES=all`. */
export const runs = (all: number): number => (ALL ? all : Math.max(FEWEST, Math.ceil(all / FRACTION)));
