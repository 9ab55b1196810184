/** What the run expects: a line for each thing that is so, an error for the first that is not. */

/**
 * @param found what there is instead, for the error
 * @throws Error saying what is not so
 */
export const check = (isSo, what, found = "") => {
  if (!isSo) throw new Error(`Expected: ${what}. ${found}`);
  console.log(`  ✓ ${what}`);
};
