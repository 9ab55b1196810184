/** Orders that look random, and are the same in each run. */

/** Numbers from 0 to 1 (mulberry32). */
export const randomOf = (seed) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const shuffled = (all, random) => {
  const keyed = all.map((one) => [random(), one]);
  return keyed.sort(([one], [other]) => one - other).map(([, one]) => one);
};
