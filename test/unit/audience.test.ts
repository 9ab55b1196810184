import { expect, test } from "vitest";
import { Audience } from "../support/inside-worker.ts";

type Tell = NonNullable<Audience["tell"]>;

test("there is nobody to tell while nobody listens", () => {
  const audience = new Audience();
  expect(audience.tell).toBeUndefined();

  const leave = audience.add(() => {});
  expect(audience.tell).toBeTypeOf("function");
  leave();

  expect(audience.tell).toBeUndefined();
});

test("all who listen are told, in the order in which they came", () => {
  const audience = new Audience();
  const told: string[] = [];
  const leave = audience.add(() => told.push("one"));
  audience.add(() => told.push("other"));
  const tell = (): void => audience.tell?.(...([] as unknown as Parameters<Tell>));

  tell();
  leave();
  tell();

  expect(told).toEqual(["one", "other", "other"]);
});
