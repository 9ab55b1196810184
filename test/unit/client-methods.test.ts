/** What a Client shows to whoever uses it. */
import { readFileSync } from "node:fs";
import { Client } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { CLIENT_TYPES } from "../support/inside-core.ts";

const TYPES = readFileSync(CLIENT_TYPES, "utf8");

describe("a client offers no way to another Redis, or to rest,", () => {
  test("among its methods", () => {
    expect(Object.getOwnPropertyNames(Client.prototype).toSorted()).toEqual(
      // The last three are what jobs of defineJob push with.
      [
        "constructor",
        "generations",
        "use",
        "push",
        "pushBulk",
        "cancel",
        "close",
        "pushTemplate",
        "admit",
        "nextJid",
      ].toSorted(),
    );
  });

  test("in its published types", () => {
    expect(TYPES).toContain("pushBulk(");
    expect(TYPES).not.toMatch(/^ +(?:moveTo|rest)\(/m);
  });
});
