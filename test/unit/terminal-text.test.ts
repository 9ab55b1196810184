/** What of a text from outside a terminal and a page of the dashboard never show as it is. */
import { describe, expect, test } from "vitest";
import { inertJson, terminalJson, terminalLines, terminalText } from "../support/inside-tsq.ts";
import { visible } from "../support/inside-web.ts";

/** Names that look like `low`, or turn round what is beside them. */
const HIDDEN = [
  ["an Arabic letter mark", "lo\u061cw", "lo\\u061cw"],
  ["a zero-width space", "lo\u200bw", "lo\\u200bw"],
  ["a word joiner", "low\u2060", "low\\u2060"],
  ["a byte order mark", "\ufefflow", "\\ufefflow"],
  ["a soft hyphen", "lo\u00adw", "lo\\xadw"],
  ["a Hangul filler", "low\u3164", "low\\u3164"],
  ["a tag", "low\u{e0041}", "low\\u{e0041}"],
  ["half of a pair", "low\ud83d", "low\\ud83d"],
  ["a sign that turns lines round", "lo\u202ew", "lo\\u202ew"],
] as const;

describe("a name with something in it that nobody sees", () => {
  test.for(HIDDEN)("such as %s is told apart in a terminal", ([, name, shown]) => {
    expect([terminalText(name), terminalLines(`${name}\n`)]).toEqual([shown, `${shown}\n`]);
  });

  test.for(HIDDEN)("such as %s is told apart on a page", ([, name]) => {
    expect(visible(name)).not.toBe(name);
    expect(visible(name)).toMatch(/^[\x20-\x7e]+$/);
  });

  test.for(HIDDEN)("such as %s is the same name in JSON, and seen there", ([, name]) => {
    const text = inertJson(JSON.stringify({ name }));

    expect(JSON.parse(text)).toEqual({ name });
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(terminalJson(JSON.stringify({ name }))).toMatch(/^[\x20-\x7e]+$/);
  });
});

test("a line of JSON keeps its end", () => {
  expect([inertJson('{"a":1}\n'), terminalJson('{"a":1}\n')]).toEqual(['{"a":1}\n', '{"a":1}\n']);
});

test("what is seen stays as it is, emoji and other scripts among it", () => {
  const text = "支払い ❤\ufe0f 👍 naïve Ελληνικά العربية";

  expect([terminalText(text), inertJson(text), visible(text)]).toEqual([text, text, text]);
});
