/** The keyboard of `tsq top`: keys whose bytes come in pieces, and a terminal that has hung up. */
import { EventEmitter } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { Keyboard } from "../../support/inside-tsq.ts";

/** What was pressed, by the bytes of a terminal. */
const typing = () => {
  const input = Object.assign(new EventEmitter(), { destroyed: true, pause: () => {} });
  const keys: string[] = [];
  const keyboard = new Keyboard(
    input as unknown as NodeJS.ReadStream,
    (key) => void keys.push(key),
    () => {},
  );
  onTestFinished(() => keyboard.close());
  return { keys, types: (bytes: string | Buffer) => void input.emit("data", Buffer.from(bytes)) };
};

const ESC = "\u001b";

describe("a key whose bytes come in two pieces", () => {
  test.for([
    ["an arrow", "[C", ["right"]],
    ["an arrow, as some terminals have it", "OC", ["right"]],
    ["a page", "[6~", ["pagedown"]],
    ["a paste", `[200~q${ESC}[201~`, ["paste-start", "q", "paste-end"]],
    ["what has no meaning", "[15;5~", []],
  ] as const)("is that key, wherever it is cut: %s", ([, rest, expected]) => {
    const bytes = ESC + rest;
    for (let at = 1; at < bytes.length; at++) {
      const { keys, types } = typing();

      types(bytes.slice(0, at));
      types(bytes.slice(at));

      expect(keys, `cut behind ${at}`).toEqual(expected);
    }
  });

  test("is that key also where the first was taken for Esc meanwhile", async () => {
    const { keys, types } = typing();

    types(ESC);
    await eventually(() => expect(keys).toEqual(["escape"]));
    types(`[200~D${ESC}[201~`);

    expect(keys).toEqual(["escape", "paste-start", "D", "paste-end"]);
  });

  test("is none that was typed behind Esc", async () => {
    const { keys, types } = typing();

    types(ESC);
    await eventually(() => expect(keys).toEqual(["escape"]));
    for (const letter of ["[", "C", "O", "D"]) types(letter);

    expect(keys).toEqual(["escape", "[", "C", "O", "D"]);
  });

  test("is a letter of several bytes as well", () => {
    const { keys, types } = typing();
    const bytes = Buffer.from("漢");

    types(bytes.subarray(0, 1));
    types(bytes.subarray(1));

    expect(keys).toEqual(["漢"]);
  });
});

/** A terminal that answers a change of its mode with an error: told of, or thrown. */
const hungUp = (isThrown: boolean) => {
  const input = Object.assign(new EventEmitter(), {
    destroyed: false,
    isPaused: false,
    pause: () => (input.isPaused = true),
    setRawMode: () => {
      if (isThrown) throw new Error("EIO");
      input.emit("error", new Error("EIO"));
    },
  });
  return input;
};

test.for([true, false])("a terminal that has hung up is left without an error, thrown: %s", (isThrown) => {
  const input = hungUp(isThrown);
  const keyboard = new Keyboard(
    input as unknown as NodeJS.ReadStream,
    () => {},
    () => {},
  );

  expect(() => keyboard.stop()).not.toThrow();
  expect(input.isPaused).toBe(true);
});
