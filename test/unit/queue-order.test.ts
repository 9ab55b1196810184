import { ConfigError } from "@tsq/core";
import type { QueueSpec } from "@tsq/worker";
import { describe, expect, test } from "vitest";
import { drawOrder, queueOrder } from "../support/inside-worker.ts";

describe("the order of queues", () => {
  test("is strict when none has a weight", () => {
    expect(queueOrder(["critical", "default", "low"])).toEqual({
      names: ["critical", "default", "low"],
      weights: [0, 0, 0],
      mode: "strict",
      shares: [0, 0, 0],
    });
  });

  test("is random when every weight is 1", () => {
    expect(queueOrder(["a,1", { name: "b", weight: 1 }])).toMatchObject({ mode: "random", shares: [1, 1] });
  });

  test("is weighted otherwise, and a queue without a weight then weighs 1", () => {
    expect(queueOrder(["critical,3", "default,2", "low"])).toEqual({
      names: ["critical", "default", "low"],
      weights: [3, 2, 0],
      mode: "weighted",
      shares: [3, 2, 1],
    });
  });

  test("takes a name and a weight apart or as one text, with space around them", () => {
    expect(queueOrder([" a , 3 ", { name: "b", weight: 2 }, { name: "c" }])).toMatchObject({
      names: ["a", "b", "c"],
      weights: [3, 2, 0],
    });
  });

  test("counts a queue that is listed twice twice", () => {
    expect(queueOrder(["a,2", "b,1", "a,1"])).toMatchObject({ names: ["a", "b"], shares: [3, 1] });
    expect(queueOrder(["a", "a,2", "b"])).toMatchObject({
      names: ["a", "b"],
      shares: [3, 1],
      weights: [2, 0],
    });
    expect(queueOrder(["a,1", "b,1", "a,1"])).toMatchObject({ mode: "random", shares: [2, 1] });
  });

  test("is strict when the last mention of each has no weight, as in Sidekiq 7", () => {
    expect(queueOrder(["a,2", "a", "b"])).toMatchObject({
      mode: "strict",
      names: ["a", "b"],
      shares: [0, 0],
    });
  });

  test("takes any name that holds no space and no comma", () => {
    expect(queueOrder(["élan", "a:b/c", "queue:x", '"', "日本"]).names).toEqual([
      "élan",
      "a:b/c",
      "queue:x",
      '"',
      "日本",
    ]);
  });

  test.each<{ specs: readonly unknown[]; says: string }>([
    { specs: [], says: "at least one queue" },
    { specs: [""], says: "without spaces and commas, got ``" },
    { specs: ["two words"], says: "`two words`" },
    { specs: ["a,b"], says: "`name` or `name,weight`, got `a,b`" },
    { specs: ["a,1,2"], says: "`a,1,2`" },
    { specs: ["a,-1"], says: "`a,-1`" },
    { specs: ["a,1.5"], says: "`a,1.5`" },
    { specs: ["a,"], says: "`a,`" },
    { specs: [{ name: "a,b" }], says: "`a,b`" },
    { specs: [{ name: "a", weight: -1 }], says: "weight of queue `a`" },
    { specs: [{ name: "a", weight: 0.5 }], says: "got `0.5`" },
    { specs: [{ name: "a", weight: Number.NaN }], says: "got `NaN`" },
    { specs: [{ weight: 1 }], says: "got `undefined`" },
    { specs: [{ name: 7 }], says: "got `7`" },
    { specs: [null], says: "got `null`" },
    { specs: [7], says: "got `7`" },
  ])("refuses $specs", ({ specs, says }) => {
    const order = () => queueOrder(specs as readonly QueueSpec[]);

    expect(order).toThrow(ConfigError);
    expect(order).toThrow(says);
  });

  test("refuses a text in place of the list", () => {
    // From JavaScript anything may come; its letters would each be a queue.
    expect(() => queueOrder("default" as unknown as readonly QueueSpec[])).toThrow(ConfigError);
  });
});

describe("a draw of the order", () => {
  const NAMES = ["a", "b", "c"];
  const DRAWS = 20_000;

  const drawn = (shares: readonly number[]): readonly (readonly string[])[] =>
    Array.from({ length: DRAWS }, () => drawOrder(NAMES, shares, Math.random));

  const shareOf = (orders: readonly (readonly string[])[], place: number, name: string): number =>
    orders.filter((order) => order[place] === name).length / orders.length;

  test("is the order given when it is strict", () => {
    expect(drawOrder(NAMES, [0, 0, 0], () => 0.5)).toEqual(NAMES);
  });

  test("holds every queue once", () => {
    for (const order of drawn([5, 1, 1]).slice(0, 100)) expect(order.toSorted()).toEqual(NAMES);
  });

  test("begins with each queue as often as it weighs", () => {
    const orders = drawn([3, 2, 1]);

    expect(shareOf(orders, 0, "a")).toBeCloseTo(3 / 6, 1);
    expect(shareOf(orders, 0, "b")).toBeCloseTo(2 / 6, 1);
    expect(shareOf(orders, 0, "c")).toBeCloseTo(1 / 6, 1);
  });

  test("begins with each queue equally often when it is random", () => {
    const orders = drawn([1, 1, 1]);

    for (const name of NAMES) expect(shareOf(orders, 0, name)).toBeCloseTo(1 / 3, 1);
  });

  test("goes on by weight among those that are left, as Sidekiq's shuffle does", () => {
    const afterA = drawn([3, 2, 1]).filter(([first]) => first === "a");

    expect(shareOf(afterA, 1, "b")).toBeCloseTo(2 / 3, 1);
  });
});
