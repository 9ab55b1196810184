/** How often a property is tried. */

const FRACTION = 10;
const FEWEST = 30;

/** A tenth of them at a desk, and all in CI: `TSQ_PROPERTIES=all`. */
export const runs = (all: number): number =>
  process.env["TSQ_PROPERTIES"] === "all" ? all : Math.max(FEWEST, Math.ceil(all / FRACTION));
