/** What a process says it can run: the value of `tsq:classes:<identity>`, bounded however many jobs it has. */

const MOST_NAMES = 500;
const MOST_BYTES = 32_768;

/** The classes that a process has something for. */
export interface ClassList {
  readonly names: readonly string[];
  /** It has more, which are left out. */
  readonly isCut: boolean;
}

/** As JSON, at most 500 names and 32 kB. */
export const writeClassList = (names: readonly string[]): string => {
  const kept: string[] = [];
  let bytes = Buffer.byteLength(JSON.stringify({ names: [], isCut: false }));
  for (const name of names) {
    bytes += Buffer.byteLength(JSON.stringify(name)) + 1;
    if (kept.length === MOST_NAMES || bytes > MOST_BYTES) break;
    kept.push(name);
  }
  return JSON.stringify({ names: kept, isCut: kept.length < names.length } satisfies ClassList);
};

/** Undefined of what is no such list. */
export const readClassList = (text: unknown): ClassList | undefined => {
  if (typeof text !== "string") return undefined;
  try {
    const { names, isCut } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (!Array.isArray(names)) return undefined;
    // What is left out, by whoever, may be what is looked for.
    return { names: names.filter((name) => typeof name === "string"), isCut: isCut !== false };
  } catch {
    return undefined;
  }
};
