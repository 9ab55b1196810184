/** What somebody hostile writes where a name or a text is expected, and what of it must not reach a terminal. */

/** Colours the line, ends it, turns it round, names the window, and hides something. */
export const HOSTILE =
  "\u001b[31mred\u0007\u202eevil\u009b2J\u001b]0;owned\u0007\u061c\u200b\u{e0041}\nsecond line";

/** Must not come through; line ends are our own. */
export const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
