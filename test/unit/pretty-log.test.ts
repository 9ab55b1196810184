import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { pretty, terminalLines, terminalText } from "../support/inside-tsq.ts";

const ESC = "\u001b";
/** Sets the colour, names the window, moves up, rings, and begins a line of its own. */
const HOSTILE = `${ESC}[31mred${ESC}]0;title\u0007 \u009b1A\u202e\r\nINFO: all is well`;

const written = (log: (logger: pino.Logger) => void): string => {
  let text = "";
  log(pino({ base: null }, pretty({ write: (line) => (text += line), writeNow: () => {} })));
  return text;
};

describe("on a terminal, a line of the log", () => {
  test.each([
    ["class", { class: HOSTILE }, "done"],
    ["jid", { jid: HOSTILE }, "done"],
    ["message", {}, HOSTILE],
    ["field", { queue: HOSTILE }, "done"],
    ["tag", { tags: [HOSTILE] }, "done"],
    ["error's message", { err: new Error(HOSTILE) }, "fail"],
    ["error's class", { err: Object.assign(new Error("x"), { name: HOSTILE }) }, "fail"],
  ])("obeys no control character of a %s, and shows it", (_what, fields, message) => {
    const text = written((log) => log.info(fields, message));

    // eslint-disable-next-line no-control-regex -- They are what must not be there.
    expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(text).toContain("\\x1b[31mred\\x1b]0;title\\x07 \\x9b1A\\u202e\\r");
    expect(text).not.toMatch(/^INFO: all is well/m);
  });

  test("shows what is no control character as it is", () => {
    const text = written((log) => log.info({ class: "Ärger::Job", jid: "\\u001b" }, 'C:\\new "é" 😀 \\x1b'));

    expect(text).toContain('Ärger::Job jid=\\u001b C:\\new "é" 😀 \\x1b\n');
  });

  test("keeps the lines of a stack apart", () => {
    expect(written((log) => log.error({ err: new Error("boom") }, "fail"))).toMatch(/Error: boom\n +at /);
  });
});

test("text of one line has none of its line ends, and a message of several keeps them", () => {
  expect(terminalText(`a\n\tb${ESC}`)).toBe("a\\n\\tb\\x1b");
  expect(terminalLines(`a\nb${ESC}`)).toBe("a\nb\\x1b");
});
