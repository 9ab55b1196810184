/**
 * Takes a JSON object apart one character at a time, by its grammar alone: too slow for use, and simple
 * enough to be believed when the fast one disagrees.
 */

export interface SlowMember {
  readonly key: string;
  /** From the key's first quote to the value's last character. */
  readonly from: number;
  readonly valueFrom: number;
  readonly to: number;
}

/** The top-level members, in their order. */
export function slowMembers(text: string): readonly SlowMember[] {
  const members: SlowMember[] = [];
  let depth = 0;
  let isInString = false;
  let from = -1;
  let colon = -1;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (isInString) {
      if (character === "\\") i++;
      else if (character === '"') isInString = false;
      continue;
    }
    if (depth === 1 && from < 0 && character === '"') from = i;
    if (depth === 1 && colon < 0 && character === ":") colon = i;
    if (character === '"') isInString = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    const isEndOfMember = (depth === 1 && character === ",") || (depth === 0 && character === "}");
    if (isEndOfMember && from >= 0) {
      members.push({
        key: JSON.parse(text.slice(from, colon)) as string,
        from,
        valueFrom: colon + 1 + spaceBefore(text.slice(colon + 1, i)),
        to: from + text.slice(from, i).trimEnd().length,
      });
      from = -1;
      colon = -1;
    }
  }
  return members;
}

const spaceBefore = (text: string): number => text.length - text.trimStart().length;
