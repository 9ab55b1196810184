/** What a mask hides does not stand in the message of an error either. */
import { expect, test } from "vitest";
import { hiderOf, maskByKeys, withoutHidden } from "../../support/inside-web.ts";

const about = {
  class: "HardJob",
  queue: "default",
  jid: "a1",
  user: { name: "mira", role: "admin" as const },
};
const shown = (text: string, args: readonly unknown[]) => withoutHidden(text, args, maskByKeys(args, about));

test("a value that is hidden among the arguments is hidden in the message", () => {
  expect(shown("hunter2 is wrong for ada", [{ password: "hunter2", name: "ada" }])).toBe(
    "[masked] is wrong for ada",
  );
});

test("of a hidden object every value is", () => {
  expect(shown("got 12345678 and key-9", [{ credentials: { pin: 12_345_678, list: ["key-9"] } }])).toBe(
    "got [masked] and [masked]",
  );
});

test("also among more values than anybody looks at, and before them", () => {
  const many = Array.from({ length: 1_200 }, (_, i) => `value ${i}`);

  expect(shown("bad password hunter44x", [{ password: "hunter44x" }, many])).toBe("bad password [masked]");
  expect(shown("bad password hunter44x", [{ password: "hunter44x" }, ...many])).toBe("bad password [masked]");
});

test("where too much is hidden to look for, nothing of the message is shown", () => {
  const secret = Array.from({ length: 1_200 }, (_, i) => `value ${i}`);

  expect(shown("bad value 7", [{ secret }])).toBe("[masked]");
});

test.each([
  ["as it is", 'p"4ss\\w0rd/\nÄ😀', 'p"4ss\\w0rd/\nÄ😀'],
  ["in Ruby's inspect", 'p"4ss\\w0rd', String.raw`{"pin"=>"p\"4ss\\w0rd"}`],
  ["in JSON", 'p"4ss\nw0rd/', String.raw`{"pin":"p\"4ss\nw0rd\/"}`],
  ["in JSON within JSON", 'p"4ss\\w0rd', String.raw`"{\"pin\":\"p\\\"4ss\\\\w0rd\"}"`],
  ["in JSON of ASCII alone", "pÄ<ss😀w0rd", String.raw`pÄ\u003css\ud83d\ude00w0rd`],
  ["in Ruby's other forms", "pé\u001bss", String.raw`p\u{e9}\ess`],
  ["in an address", "p&4ss wörd", "GET /?p%264ss%20w%C3%B6rd"],
])("a value is hidden %s", (_, password, message) => {
  const said = shown(message, [{ password }]);

  expect(said).toContain("[masked]");
  expect(said).not.toMatch(/w0rd|ss|rd/);
});

test("what is too short to be looked for everywhere is hidden behind its key", () => {
  const args = [{ pin: 77, secret: "abc", list: ["abc"] }];

  expect(shown('pin=77 of 77 rows; {"secret"=>"abc"} of abc; secret: abcd', args)).toBe(
    'pin=[masked] of 77 rows; {"secret"=>"[masked]"} of abc; secret: abcd',
  );
});

test("without anything hidden the message is as it is", () => {
  expect(shown("hunter2", [{ name: "hunter2" }])).toBe("hunter2");
});

test("of a text that was cut within a value the beginning of the value is hidden too", () => {
  const args = [{ password: "hunter2 of ada" }];
  const hide = hiderOf(args, maskByKeys(args, about));

  expect(hide("hunter2 of ada: hunter2 o", true)).toBe("[masked]: [masked]");
  expect(hide("refused by hunt", true)).toBe("refused by [masked]");
  // By chance, as every word that begins like it.
  expect(hide("refused by hun", true)).toBe("refused by hun");
  expect(hide("a hunt", false)).toBe("a hunt");
});
