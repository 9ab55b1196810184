/** Numbers for people: 1,234,567, and what there are so many of. */

const FORMAT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export const withCommas = (count: number): string => FORMAT.format(count);

/** `1 job`, `1,234 jobs`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${withCommas(count)} ${count === 1 ? one : many}`;
