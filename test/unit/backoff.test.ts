/** How long is waited after a refusal, and when it is told that it is over. */
import { expect, test } from "vitest";
import { Backoff } from "../support/inside-worker.ts";

/** What it tells of, in the order of that. */
const backoff = () => {
  const told: string[] = [];
  const one = new Backoff({
    failing: ({ message }) => void told.push(message),
    answered: () => void told.push("answered"),
    ended: () => {},
  });
  return { one, told };
};

test("an answer after refusals is told once, and one after no refusal is not told", async () => {
  const { one, told } = backoff();
  one.over();
  await Promise.all([one.refused(new Error("full")), one.refused(new Error("busy"))]);

  one.over();
  one.over();

  expect(told).toEqual(["full", "busy", "answered"]);
});

test("each refusal is waited out for longer than the one before it, until there is an answer", async () => {
  const [{ one: fresh }, { one: tired }] = [backoff(), backoff()];
  await Promise.all([1, 2, 3].flatMap(() => [fresh, tired].map((one) => one.refused(new Error("busy")))));
  const waited: string[] = [];
  fresh.over();

  await Promise.all([
    tired.refused(new Error("busy")).then(() => waited.push("the fourth")),
    fresh.refused(new Error("busy")).then(() => waited.push("the first again")),
  ]);

  expect(waited).toEqual(["the first again", "the fourth"]);
});

test("the first refusal is waited out like one that is said to be the first", async () => {
  const waited: string[] = [];

  await Promise.all([
    backoff()
      .one.refused(new Error("busy"), 1)
      .then(() => waited.push("said")),
    backoff()
      .one.refused(new Error("busy"))
      .then(() => waited.push("counted")),
  ]);

  // By equal times in the order in which they began.
  expect(waited).toEqual(["said", "counted"]);
});
