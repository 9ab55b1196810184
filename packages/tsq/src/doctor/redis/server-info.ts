/** What INFO says of a server. */

/** Fields by name; what the server does not say is not there. */
export type ServerInfo = ReadonlyMap<string, string>;

export const readServerInfo = (text: string): ServerInfo =>
  new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(":");
      return line.startsWith("#") || colon < 1
        ? []
        : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );

/** NaN where there is none: every comparison with it is false. */
export const numberIn = (info: ServerInfo, name: string): number => Number(info.get(name) ?? Number.NaN);

/** Whether a version is at least another one: `7.0.15` is at least `7.0`. */
export const isAtLeast = (version: string, least: string): boolean => {
  const [own, other] = [partsOf(version), partsOf(least)];
  for (let i = 0; i < Math.max(own.length, other.length); i++) {
    const difference = (own[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
};

const partsOf = (version: string): readonly number[] =>
  version.split(".").map((part) => Number.parseInt(part, 10) || 0);
