/** What a mask hides does not stand in the message of an error either. */
import { expect, test } from "vitest";
import { maskByKeys, withoutHidden } from "../../support/inside-web.ts";

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

test("a value that is shown elsewhere stays, and so does what is too short to be a secret", () => {
  expect(shown("same of abc", [{ token: "same", name: "same", secret: "abc" }])).toBe("same of abc");
});

test("without anything hidden the message is as it is", () => {
  expect(shown("hunter2", [{ name: "hunter2" }])).toBe("hunter2");
});
