/** What is hidden of arguments. */
import { expect, test } from "vitest";
import { maskByKeys } from "../../support/inside-web.ts";

const ABOUT = { class: "A", queue: "q", jid: "j", user: { name: "mira", role: "viewer" } } as const;
const mask = (...args: unknown[]) => maskByKeys(args, ABOUT);

test.each([
  "password",
  "passwd",
  "user_password",
  "newPassword",
  "token",
  "access_token",
  "apiKey",
  "api_key",
  "secret",
  "client_secret",
  "Authorization",
  "otp",
])("the value of %s is hidden, wherever it is", (key) => {
  expect(mask(1, { [key]: "hunter2" }, [{ deep: { [key]: { a: "hunter2" } } }])).toEqual([
    1,
    { [key]: "[masked]" },
    [{ deep: { [key]: "[masked]" } }],
  ]);
});

test("what is nothing secret stays as it is, also the very same objects", () => {
  const args = [1, "token", null, { id: 7n, note: "secret", result: "a", password: null }];

  expect(maskByKeys(args, ABOUT)).toBe(args);
});

test("a value that is nested more deeply than anybody writes is hidden", () => {
  let value: unknown = "bottom";
  for (let i = 0; i < 5_000; i++) value = [value];

  expect(JSON.stringify(mask(value))).not.toContain("bottom");
});
