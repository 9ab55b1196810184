/** What processes have, by the process. */

/** Each process' own, in their order. */
export const byIdentity = <T extends { readonly identity: string }>(
  all: readonly T[],
): ReadonlyMap<string, readonly T[]> => {
  const grouped = new Map<string, T[]>();
  for (const one of all) {
    const own = grouped.get(one.identity);
    if (own) own.push(one);
    else grouped.set(one.identity, [one]);
  }
  return grouped;
};
