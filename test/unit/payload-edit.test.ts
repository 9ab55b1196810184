import { editPayload, editPayloadBytes, memberText } from "@tsq/core/protocol";
import type { PayloadChanges } from "@tsq/core/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nested, objectText, valueText } from "../support/json-text.ts";
import { slowMembers } from "../support/slow-json.ts";
import { runs } from "../support/runs.ts";

fc.configureGlobal({ numRuns: runs(300) });

const editedKey = fc.constantFrom("queue", "retry_count", "error_message", "é", 'a "quoted" key');
const changes: fc.Arbitrary<PayloadChanges> = fc.dictionary(editedKey, fc.option(valueText), {
  noNullPrototype: true,
});

/** Every member's bytes from key to value, without the keys that are named. */
const membersBut = (text: string, keys: readonly string[]): readonly string[] =>
  slowMembers(text)
    .filter(({ key }) => !keys.includes(key))
    .map(({ from, to }) => text.slice(from, to));

/** What JSON.parse says, in the order of first appearance, so that `__proto__` is a key like any other. */
const parsed = (text: string): Map<string, unknown> =>
  new Map(Object.entries(JSON.parse(text) as Record<string, unknown>));

describe("setting a field that is there", () => {
  test("changes its value and not one byte more", () => {
    fc.assert(
      fc.property(objectText, fc.nat(), valueText, (text, pick, value) => {
        const all = slowMembers(text);
        const key = all[pick % all.length]?.key;
        fc.pre(key !== undefined);

        const edited = editPayload(text, { [key]: value });

        let expected = text;
        for (const member of all.filter((member) => member.key === key).reverse()) {
          expected = expected.slice(0, member.valueFrom) + value + expected.slice(member.to);
        }
        expect(edited).toBe(expected);
      }),
    );
  });

  test("finds the key also when it is spelled with escapes", () => {
    expect(editPayload(String.raw`{"\u0071ueue":"a","args":[]}`, { queue: '"b"' })).toBe(
      String.raw`{"\u0071ueue":"b","args":[]}`,
    );
  });

  test("finds the key behind one that is a backslash, or has one", () => {
    expect(editPayload(String.raw`{"\\":1,"\/":2,"a\\":3,"queue":"a"}`, { queue: '"b"', "/": null })).toBe(
      String.raw`{"\\":1,"a\\":3,"queue":"b"}`,
    );
  });

  test("changes a key that occurs twice in both places", () => {
    expect(editPayload('{"retry":true,"args":[],"retry":false}', { retry: "3" })).toBe(
      '{"retry":3,"args":[],"retry":3}',
    );
  });
});

describe("setting a field that is not there", () => {
  test("puts it behind the last member and changes no byte", () => {
    fc.assert(
      fc.property(objectText, valueText, (text, value) => {
        const all = slowMembers(text);
        fc.pre(!all.some(({ key }) => key === "jid"));
        const at = all.at(-1)?.to ?? text.indexOf("{") + 1;

        const edited = editPayload(text, { jid: value });

        expect(edited).toBe(
          `${text.slice(0, at)}${all.length > 0 ? "," : ""}"jid":${value}${text.slice(at)}`,
        );
      }),
    );
  });

  test("does not mistake a nested field of that name for it", () => {
    expect(editPayload('{"args":[{"queue":"x"}],"o":{"queue":"y"}}', { queue: '"z"' })).toBe(
      '{"args":[{"queue":"x"}],"o":{"queue":"y"},"queue":"z"}',
    );
  });

  test("does not mistake text that looks like it for it", () => {
    const text = String.raw`{"args":["\",\"queue\":\"x\"","{\"queue\":1}","\\"]}`;

    expect(editPayload(text, { queue: '"z"' })).toBe(`${text.slice(0, -1)},"queue":"z"}`);
  });

  test("and removing it again gives the text as it was", () => {
    fc.assert(
      fc.property(objectText, valueText, (text, value) => {
        fc.pre(!slowMembers(text).some(({ key }) => key === "jid"));

        expect(editPayload(editPayload(text, { jid: value }), { jid: null })).toBe(text);
      }),
    );
  });
});

describe("any set of changes", () => {
  test("leaves the bytes of the members it does not name, and their order", () => {
    fc.assert(
      fc.property(objectText, changes, (text, changes) => {
        const named = Object.keys(changes);

        const edited = editPayload(text, changes);

        expect(membersBut(edited, named)).toEqual(membersBut(text, named));
      }),
    );
  });

  test("gives JSON that reads as the changed object, the last of equal keys counting", () => {
    fc.assert(
      fc.property(objectText, changes, (text, changes) => {
        const expected = parsed(text);
        for (const [key, value] of Object.entries(changes)) {
          if (value === null) expected.delete(key);
          else expected.set(key, JSON.parse(value));
        }

        expect(parsed(editPayload(text, changes))).toEqual(expected);
      }),
    );
  });

  test("changes nothing when it is made again", () => {
    fc.assert(
      fc.property(objectText, changes, (text, changes) => {
        const once = editPayload(text, changes);

        expect(editPayload(once, changes)).toBe(once);
      }),
    );
  });

  test("made one after the other is the same as made at once", () => {
    fc.assert(
      fc.property(objectText, valueText, valueText, (text, first, second) => {
        const twice = editPayload(editPayload(text, { queue: first }), { queue: second });

        expect(twice).toBe(editPayload(text, { queue: second }));
      }),
    );
  });

  test("that is empty gives the text itself", () => {
    fc.assert(
      fc.property(objectText, (text) => {
        expect(editPayload(text, {})).toBe(text);
      }),
    );
  });
});

describe("removing", () => {
  test.each([
    ["the first field", '{"a":1,"b":2,"c":3}', "a", '{"b":2,"c":3}'],
    ["one in the middle", '{"a":1,"b":2,"c":3}', "b", '{"a":1,"c":3}'],
    ["the last field", '{"a":1,"b":2,"c":3}', "c", '{"a":1,"b":2}'],
    ["the only field", '{"a":1}', "a", "{}"],
    ["a field that occurs twice", '{"a":1,"b":2,"a":3}', "a", '{"b":2}'],
    ["a field that is not there", '{"b":2}', "a", '{"b":2}'],
  ])("%s leaves the commas where they belong", (_what, text, key, expected) => {
    expect(editPayload(text, { [key]: null })).toBe(expected);
  });

  test("all fields and setting another leaves that one alone", () => {
    expect(editPayload('{"a":1,"b":2}', { a: null, b: null, c: "3" })).toBe('{"c":3}');
  });
});

describe("a payload at Ruby's limits", () => {
  test("keeps every number as it is spelled", () => {
    const args = "[1.0,1e400,-0,12345678901234567890,1E5,0.10,9007199254740993]";

    expect(editPayload(`{"args":${args},"retry_count":0}`, { retry_count: "1" })).toBe(
      `{"args":${args},"retry_count":1}`,
    );
  });

  test("may nest to a hundred levels", () => {
    const text = `{"args":${nested(99)},"queue":"a"}`;

    expect(editPayload(text, { queue: '"b"' })).toBe(`{"args":${nested(99)},"queue":"b"}`);
  });

  test.each([
    ["plain text", "x"],
    ["escapes", String.raw`\"\\`],
  ])("may hold a string of 16 MB of %s", (_what, piece) => {
    const args = `["${piece.repeat((16 << 20) / piece.length)}"]`;

    const edited = editPayload(`{"args":${args},"queue":"a"}`, { queue: '"b"' });

    // Not toBe(): a difference of 16 MB is no message.
    expect(edited === `{"args":${args},"queue":"b"}`).toBe(true);
  });
});

describe("the text of a member", () => {
  test("is its value's bytes, of the first where there are two", () => {
    fc.assert(
      fc.property(objectText, editedKey, (text, key) => {
        const member = slowMembers(text).find((member) => member.key === key);

        expect(memberText(text, key)).toBe(member && text.slice(member.valueFrom, member.to));
      }),
    );
  });

  test("is undefined for a field that is only nested", () => {
    expect(memberText('{"args":[{"queue":"x"}]}', "queue")).toBeUndefined();
  });
});

describe("bytes that are no UTF-8", () => {
  test("stay as they are around what is changed", () => {
    const broken = Buffer.concat([
      Buffer.from('{"args":["'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"],"a":1}'),
    ]);

    const edited = editPayloadBytes(broken, { error_message: '"café 😀"' });

    expect(edited).toEqual(
      Buffer.concat([broken.subarray(0, -1), Buffer.from(',"error_message":"café 😀"}')]),
    );
  });

  test("that are UTF-8 after all are edited as text is", () => {
    fc.assert(
      fc.property(objectText, fc.option(valueText), (text, value) => {
        const edited = editPayloadBytes(Buffer.from(text), { queue: value });

        expect(edited.toString()).toBe(editPayload(text, { queue: value }));
      }),
    );
  });
});
