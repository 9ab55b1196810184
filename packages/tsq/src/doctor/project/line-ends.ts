/** The lines of a text by what stands in them: each is found without a search through all that is behind. */

interface Line {
  readonly from: number;
  readonly to: number;
}

export class LineEnds {
  readonly #text: string;
  /** By what is in a line beside blanks, in their order; those without a blank before it once more, behind a line end. */
  #byWord: Map<string, Line[]> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Behind the first line from a place on that holds a name and nothing else; undefined where there is none. */
  endOf(
    { name, isIndented }: { readonly name: string; readonly isIndented: boolean },
    from: number,
  ): number | undefined {
    const lines = (this.#byWord ??= wordsOf(this.#text)).get(isIndented ? name : `\n${name}`) ?? [];
    let [low, high] = [0, lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lines[middle] as Line).from < from) low = middle + 1;
      else high = middle;
    }
    return lines[low]?.to;
  }
}

const wordsOf = (text: string): Map<string, Line[]> => {
  const byWord = new Map<string, Line[]>();
  for (let from = 0; from < text.length;) {
    const end = text.indexOf("\n", from);
    const to = end === -1 ? text.length : end;
    const word = text.slice(from, to).trim();
    // What ends a text is a word or two.
    if (word !== "" && word.length <= LONGEST)
      for (const key of text.startsWith(word, from) ? [word, `\n${word}`] : [word]) {
        const lines = byWord.get(key);
        if (lines) lines.push({ from, to });
        else byWord.set(key, [{ from, to }]);
      }
    from = to + 1;
  }
  return byWord;
};

const LONGEST = 60;
