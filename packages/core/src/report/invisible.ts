/** Characters that nobody sees, or that change what is seen: with them two names look alike, or a line reads in another order than it runs. */

/**
 * Controls, formats (zero-width, bidi, tags), separators of lines, halves of pairs, fillers and variation selectors. To be part
 * of an expression with the flag `u`. Not U+FE0F: it makes a sign an emoji.
 */
export const INVISIBLE = String.raw`(?!\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`;
