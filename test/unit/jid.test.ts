import { JidSource } from "@tsq/core/protocol";
import { expect, test } from "vitest";

// More than one filling of the pool of random bytes.
const MANY = 2_000;

test("a jid is 24 lowercase hex digits, as Sidekiq makes them", () => {
  const source = new JidSource();

  for (let i = 0; i < MANY; i++) expect(source.next()).toMatch(/^[0-9a-f]{24}$/);
});

test("no two jids are the same, of one source or of several", () => {
  const sources = [new JidSource(), new JidSource()];

  const jids = sources.flatMap((source) => Array.from({ length: MANY }, () => source.next()));

  expect(new Set(jids).size).toBe(2 * MANY);
});
