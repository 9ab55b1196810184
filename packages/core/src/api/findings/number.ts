/** A count with its words: of one they are others than of many. */
export const number = (count: number, one: string, other: string): string =>
  count === 1 ? `1 ${one}` : `${count} ${other}`;
