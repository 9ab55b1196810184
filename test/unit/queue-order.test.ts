import { ConfigError } from "@tsq/core";
import type { QueueSpec } from "@tsq/worker";
import { describe, expect, test } from "vitest";
import { drawOrder } from "../support/inside-worker.ts";
import { orderOf } from "../support/queue-order.ts";

describe("the order of queues", () => {
  test("is strict when none has a weight", () => {
    expect(orderOf(["critical", "default", "low"])).toEqual({
      names: ["critical", "default", "low"],
      weights: [0, 0, 0],
      mode: "strict",
      shares: [0, 0, 0],
    });
  });

  test("is random when every weight is 1", () => {
    expect(orderOf(["a,1", { name: "b", weight: 1 }])).toMatchObject({ mode: "random", shares: [1, 1] });
  });

  test("is weighted otherwise, and a queue without a weight then weighs 1", () => {
    expect(orderOf(["critical,3", "default,2", "low"])).toEqual({
      names: ["critical", "default", "low"],
      weights: [3, 2, 0],
      mode: "weighted",
      shares: [3, 2, 1],
    });
  });

  test("takes a name and a weight apart or as one text, with space around the weight", () => {
    expect(orderOf(["a, 3 ", { name: "b", weight: 2 }, { name: "c" }])).toMatchObject({
      names: ["a", "b", "c"],
      weights: [3, 2, 0],
    });
  });

  test("counts a queue that is listed twice twice", () => {
    expect(orderOf(["a,2", "b,1", "a,1"])).toMatchObject({ names: ["a", "b"], shares: [3, 1] });
    expect(orderOf(["a", "a,2", "b"])).toMatchObject({
      names: ["a", "b"],
      shares: [3, 1],
      weights: [2, 0],
    });
    expect(orderOf(["a,1", "b,1", "a,1"])).toMatchObject({ mode: "random", shares: [2, 1] });
  });

  test("is strict when the last mention of each has no weight, as in Sidekiq 7", () => {
    expect(orderOf(["a,2", "a", "b"])).toMatchObject({
      mode: "strict",
      names: ["a", "b"],
      shares: [0, 0],
    });
  });

  test("takes any name that holds no space and no comma", () => {
    expect(orderOf(["élan", "a:b/c", "queue:x", '"', "日本"]).names).toEqual([
      "élan",
      "a:b/c",
      "queue:x",
      '"',
      "日本",
    ]);
  });

  test.each<{ specs: readonly unknown[]; says: string }>([
    { specs: [], says: "`queues` to be a list of queues, got an empty list" },
    { specs: [""], says: '`queues[]` to be `name` or `name,weight`, got `""`. Its name is empty.' },
    { specs: ["two words"], says: '`"two words"`. A name has no spaces' },
    { specs: [" a , 3 "], says: "A name has no spaces" },
    { specs: ["a,b"], says: 'got `"a,b"`. A weight is an integer from 0' },
    { specs: ["a,1,2"], says: 'got `"a,1,2"`. Give one queue and one weight.' },
    { specs: ["a,-1"], says: "A weight is an integer from 0" },
    { specs: ["a,1.5"], says: "A weight is an integer from 0" },
    { specs: ["a,"], says: "A weight is an integer from 0" },
    { specs: [{ name: "a,b" }], says: "A name has no comma." },
    { specs: [{ name: "a", weight: -1 }], says: "A weight is an integer from 0" },
    { specs: [{ name: "a", weight: 0.5 }], says: 'got `{"name":"a","weight":0.5}`. A weight is' },
    { specs: [{ name: "a", weight: Number.NaN }], says: "A weight is an integer from 0" },
    { specs: [{ name: "a", weight: 1e300 }], says: "A weight is an integer from 0" },
    { specs: [{ weight: 1 }], says: 'got `{"weight":1}`' },
    { specs: [{ name: 7 }], says: 'got `{"name":7}`' },
    { specs: [null], says: "got nothing" },
    { specs: [7], says: "got `7`" },
  ])("refuses $specs", ({ specs, says }) => {
    const order = () => orderOf(specs as readonly QueueSpec[]);

    expect(order).toThrow(ConfigError);
    expect(order).toThrow(says);
  });

  test("refuses a text in place of the list", () => {
    // From JavaScript anything may come; its letters would each be a queue.
    expect(() => orderOf("default" as unknown as readonly QueueSpec[])).toThrow(ConfigError);
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
