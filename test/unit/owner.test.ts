/** Who holds a capsule's jobs, as others may write it down. */
import { expect, test } from "vitest";
import { Owner } from "../support/inside-worker.ts";

const capsule = "web:1:abc~default";

test("an owner that may have no jobs in Redis is written down by nobody", () => {
  const owner = new Owner(capsule, ["a"]);
  expect(owner.state).toBeUndefined();

  owner.isUp = true;

  expect(owner.state).toEqual({
    name: `${capsule}~0`,
    padQueues: ["a"],
    nextName: `${capsule}~1`,
    formerNames: [],
  });
});

test("an owner that was renewed knows what it was, the last one first", () => {
  const owner = new Owner(capsule, ["a"]);
  owner.isUp = true;

  for (let times = 0; times < 3; times++) owner.renew();

  expect(owner.state).toMatchObject({
    name: `${capsule}~3`,
    nextName: `${capsule}~4`,
    formerNames: [`${capsule}~2`, `${capsule}~1`, `${capsule}~0`],
  });
  expect(owner.inFlight).toBe(`tsq:in-flight:${capsule}~3`);
});
