/** Which queues a fetch call names. */
import { expect, test } from "vitest";
import { NamedQueues } from "../support/inside-worker.ts";

const all = NamedQueues.of("capsule", ["a", "b", "c"]);

test("a call for all queues names them as the capsule has them", () => {
  expect(all.only(() => true)).toBe(all);
  expect(all.forCall(all, [])).toBe(all);
  expect(all.queueKeys).toEqual(["queue:a", "queue:b", "queue:c"]);
  expect(all.padKeys).toEqual(["tsq:pad:capsule:a", "tsq:pad:capsule:b", "tsq:pad:capsule:c"]);
});

test("a call for some names these, with what belongs to them, by numbers from 1", () => {
  const some = all.only((place) => place !== 1);

  expect(some).toMatchObject({
    names: ["a", "c"],
    queueKeys: ["queue:a", "queue:c"],
    padKeys: ["tsq:pad:capsule:a", "tsq:pad:capsule:c"],
    size: 2,
  });
  expect([0, 1, 2].map((place) => some.numberOf(place))).toEqual([1, 0, 2]);
  expect(some.of(["of a", "of b", "of c"])).toEqual(["of a", "of c"]);
  expect(all.of(["of a", "of b", "of c"])).toEqual(["of a", "of b", "of c"]);
});

test("a call names the queues of jobs that landed beside those that it asks", () => {
  const first = all.only((place) => place === 0);

  expect(all.forCall(first, []).names).toEqual(["a"]);
  expect(all.forCall(first, [{ pad: 2 }]).names).toEqual(["a", "c"]);
  expect(all.forCall(undefined, [{ pad: 1 }]).names).toEqual(["b"]);
  expect(all.forCall(undefined, []).names).toEqual([]);
});
