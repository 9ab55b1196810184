/** What a chain of middleware does with what is added to it, and where. */
import { Chain, ConfigError } from "@tsq/core";
import type { ServerMiddleware } from "@tsq/core";
import { describe, expect, test } from "vitest";

const first: ServerMiddleware = (_job, next) => next();
const second: ServerMiddleware = (_job, next) => next();
const third: ServerMiddleware = (_job, next) => next();

const chain = (...of: ConstructorParameters<typeof Chain<ServerMiddleware>>[0][]) =>
  new Chain<ServerMiddleware>(of[0] ?? [first, second]);

/** As a factory of middleware makes them: all under one name. */
const limiter = (): ServerMiddleware =>
  function limit(_job, next) {
    return next();
  };

describe("a chain", () => {
  test("has what it was made with, the first outermost", () => {
    expect(chain().calls).toEqual([first, second]);
    expect(chain().size).toBe(2);
    expect(new Chain().calls).toEqual([]);
  });

  test("puts what is added at the inner end, and what is prepended at the outer one", () => {
    expect(chain([first]).add(second).prepend(third).calls).toEqual([third, first, second]);
  });

  test("puts one around another, or right inside it", () => {
    expect(chain().insertBefore("second", third).calls).toEqual([first, third, second]);
    expect(chain().insertAfter("first", third).calls).toEqual([first, third, second]);
    expect(chain().insertAfter("second", third).calls).toEqual([first, second, third]);
    expect(chain().insertBefore("first", third).calls).toEqual([third, first, second]);
  });

  test("puts one before what is not there at the outer end, and one behind it at the inner end", () => {
    expect(chain().insertBefore("nobody", third).calls).toEqual([third, first, second]);
    expect(chain().insertAfter("nobody", third).calls).toEqual([first, second, third]);
  });

  test("moves what it has already, however it is added again", () => {
    expect(chain().add(first).calls).toEqual([second, first]);
    expect(chain().prepend(second).calls).toEqual([second, first]);
    expect(chain().insertBefore("first", second).calls).toEqual([second, first]);
    expect(chain().insertAfter("second", first).calls).toEqual([second, first]);
    expect(chain([first, second, first]).calls).toEqual([second, first]);
  });

  test("keeps one in its place that is inserted beside itself, where it is the last or the first", () => {
    expect(chain().insertBefore("first", first).calls).toEqual([first, second]);
    expect(chain().insertAfter("second", second).calls).toEqual([first, second]);
  });

  test("takes out what is removed, and everything when it is cleared", () => {
    expect(chain().remove("first").calls).toEqual([second]);
    expect(chain().remove(second).calls).toEqual([first]);
    expect(chain().remove("nobody").calls).toEqual([first, second]);
    expect(chain().clear().size).toBe(0);
  });

  test("says what it has, by its name or itself", () => {
    expect(chain().has("first")).toBe(true);
    expect(chain().has(second)).toBe(true);
    expect(chain().has("third")).toBe(false);
    expect(chain().has(third)).toBe(false);
  });

  test("has another list of functions after a change, and leaves one that is in use as it is", () => {
    const own = chain();
    const { calls } = own;

    own.clear();

    expect(calls).toEqual([first, second]);
    expect(own.calls).toEqual([]);
  });

  test("that is made of another is its own", () => {
    const common = chain();
    const own = new Chain<ServerMiddleware>(common).remove("first");
    common.add(third);

    expect(own.calls).toEqual([second]);
    expect(common.calls).toEqual([first, second, third]);
  });

  test("can be listed, and made anew of its list", () => {
    const named = { name: "tenant", call: first };

    expect([...chain([named, second])]).toEqual([named, second]);
    expect(new Chain([...chain([named, second])]).has("tenant")).toBe(true);
  });
});

describe("a name that was given", () => {
  test("is there once: another under it takes its place at the end", () => {
    const own = chain([{ name: "tenant", call: first }, second]).add({ name: "tenant", call: third });

    expect(own.size).toBe(2);
    expect(own.calls[0]).toBe(second);
    expect(own.has(first)).toBe(false);
    expect(own.has(third)).toBe(true);
  });

  test("takes the place of a function that has it by itself, and the other way round", () => {
    expect([...chain().add({ name: "first", call: third })].length).toBe(2);
    expect(
      chain([{ name: "first", call: third }])
        .add(first)
        .has(third),
    ).toBe(false);
  });

  test("lets a function be in a chain under several", () => {
    const own = chain([
      { name: "outer", call: first },
      { name: "inner", call: first },
    ]);

    expect(own.size).toBe(2);
    expect(own.remove("outer").has("inner")).toBe(true);
  });

  test("belongs to an object whose method finds its `this`", () => {
    const counting = {
      name: "counting",
      runs: 0,
      call(_job: unknown, next: () => Promise<void>) {
        this.runs += 1;
        return next();
      },
    };

    void chain([counting]).calls[0]?.({} as never, async () => {});

    expect(counting.runs).toBe(1);
  });
});

describe("functions of one factory", () => {
  test("stay beside each other, and are found and removed by their name", () => {
    const own = chain([limiter(), limiter(), first]);

    expect(own.size).toBe(3);
    expect(own.insertBefore("limit", third).calls[0]).toBe(third);
    expect(own.remove("limit").calls).toEqual([third, first]);
  });

  test("stay where they have no name, which the empty name does not find", () => {
    const own = chain([(_job, next) => next(), (_job, next) => next()]);

    expect(own.size).toBe(2);
    expect(own.has("")).toBe(false);
    expect(own.remove("").size).toBe(2);
  });
});

describe("a chain refuses", () => {
  // From JavaScript anything can come.
  test.each<readonly [string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 5],
    ["an object without a function", { name: "x" }],
    ["an object without a name", { call: first }],
    ["an object with an empty name", { name: "", call: first }],
  ])("%s as a middleware, and stays as it was", (_what, middleware) => {
    const own = chain();

    expect(() => own.add(middleware as ServerMiddleware)).toThrow(ConfigError);
    expect(() => own.prepend(middleware as ServerMiddleware)).toThrow("a function or { name, call }");
    expect(own.calls).toEqual([first, second]);
  });

  test("every change once it is in use, and says by whom", () => {
    const own = chain().freeze("capsule `default`");

    for (const change of [
      () => own.add(third),
      () => own.prepend(third),
      () => own.insertBefore("first", third),
      () => own.insertAfter("first", third),
      () => own.remove("first"),
      () => own.clear(),
    ]) {
      expect(change).toThrow(ConfigError);
      expect(change).toThrow("that of capsule `default`");
    }
    expect(own.calls).toEqual([first, second]);
    expect(new Chain(own).add(third).size).toBe(3);
  });
});
