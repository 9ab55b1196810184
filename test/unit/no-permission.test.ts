/** Which rule is named for keys that an ACL refuses: one that is enough tomorrow, and as docs/operating.md has it. */
import { readFileSync } from "node:fs";
import { whyUnusable } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { noPermission } from "../support/inside-core.ts";

const TEXT = "NOPERM this user has no permissions to access one of the keys used as arguments";

const refused = (name: string, ...keys: string[]): Error =>
  Object.assign(new Error(TEXT), {
    command: { name, args: name === "evalsha" ? ["0", keys.length, ...keys] : keys },
  });

const ruleFor = (name: string, ...keys: string[]): string | undefined => {
  const error = refused(name, ...keys);
  const text = noPermission({ where: "redis://there", user: "web", error, text: TEXT });
  return /`ACL SETUSER web ([^`]*)`/.exec(text)?.[1];
};

describe("of keys that are refused the rule allows", () => {
  test.each([
    ["queue:mailers", "~queue:*"],
    ["queues", "~queues"],
    ["schedule", "~schedule"],
    ["stat:processed:2026-01-02", "~stat:*"],
    ["it-3f0e", "~it-*"],
    ["tsq:cancelled", "~tsq:cancelled"],
    ["tsq:owners", "~tsq:owners"],
    ["tsq:push:web:7", "~tsq:push:*"],
    ["tsq:in-flight:web:1:a~default~0", "~tsq:in-flight:*"],
    ["j|20260102|3:04", "~j|*"],
    ["h|HardJob-2-3:04", "~h|*"],
  ])("%s and its like, by %s", (key, pattern) => {
    expect(ruleFor("hset", key)).toBe(pattern);
  });

  test("all where those of processes begin with their machines: to read for what only reads", () => {
    expect(ruleFor("hget", "web:1:abc")).toBe("%R~*");
    expect(ruleFor("hset", "web:1:abc")).toBe("~*");
    expect(ruleFor("lpop", "web:1:abc-signals")).toBe("~*");
    expect(ruleFor("evalsha", "queue:a", "web:1:abc:work")).toBe("~queue:* ~*");
  });

  test("what the rules for clients have in docs/operating.md", () => {
    const text = readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8");
    const rule = /^ACL SETUSER web on >password (.*)$/m.exec(text)?.[1] ?? "";
    const forCancels = /`(~it-\* [^`]*)`/.exec(text)?.[1] ?? "";
    const patterns = `${rule} ${forCancels}`.split(" ").filter((right) => /^(?:%R)?~/.test(right));
    expect(patterns.length).toBeGreaterThan(6);

    for (const pattern of patterns) {
      const key = pattern.startsWith("%R") ? "web:1:abc" : pattern.slice(1).replace("*", "1");
      expect(ruleFor("hget", key)).toBe(pattern);
    }
  });
});

test("a key that holds something else is named, and of a script those that it may be", () => {
  const told = (name: string, ...keys: string[]): string =>
    whyUnusable(
      "redis://there",
      Object.assign(refused(name, ...keys), { message: "WRONGTYPE Operation" }),
      "",
    ).message;

  expect(told("zrange", "tsq:cancelled")).toContain(
    "holds something else under `tsq:cancelled`, a name of tsq's (WRONGTYPE Operation). Rename or delete that key, or use a database of its own",
  );
  expect(told("lpush", "queue:mailers")).toContain("under `queue:mailers`, a name of Sidekiq's (");
  expect(told("evalsha", "queue:a", "queues")).toContain("under one of `queue:a`, `queues` (");
});
