import { UnknownJobError } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { describeError } from "../support/inside-worker.ts";

const UNREADABLE = "!!! ERROR MESSAGE THREW AN ERROR !!!";

const throwing = (): never => {
  throw new Error("from a getter");
};

class PaymentError extends Error {}

const named = (name: unknown): Error => Object.assign(new Error("x"), { name });

describe("the class of what was thrown", () => {
  test.each([
    { what: "an error's name", thrown: new RangeError("x"), errorClass: "RangeError" },
    {
      what: "the name that a class gives its errors",
      thrown: named("Net::Timeout"),
      errorClass: "Net::Timeout",
    },
    {
      what: "the class of an error that has no name of its own",
      thrown: new PaymentError("x"),
      errorClass: "PaymentError",
    },
    { what: "the class of an error whose name is empty", thrown: named(""), errorClass: "Error" },
    {
      what: "Ruby's name for an unknown class",
      thrown: new UnknownJobError("No::Such"),
      errorClass: "NameError",
    },
    { what: "String for text", thrown: "text", errorClass: "String" },
    { what: "Number", thrown: 42, errorClass: "Number" },
    { what: "Bigint", thrown: 42n, errorClass: "Bigint" },
    { what: "Symbol", thrown: Symbol("s"), errorClass: "Symbol" },
    { what: "Undefined", thrown: undefined, errorClass: "Undefined" },
    { what: "Null", thrown: null, errorClass: "Null" },
    { what: "Object", thrown: { code: 7 }, errorClass: "Object" },
    {
      what: "Object for one without a prototype",
      thrown: Object.create(null) as unknown,
      errorClass: "Object",
    },
    { what: "the class of any other object", thrown: new Map(), errorClass: "Map" },
  ])("is $what", ({ thrown, errorClass }) => {
    expect(describeError(thrown).errorClass).toBe(errorClass);
  });

  test.each([
    { name: "<script>alert(1)</script>", errorClass: "scriptalert1script" },
    { name: "My Error!", errorClass: "MyError" },
    { name: "<>", errorClass: "Error" },
  ])("holds nothing that Ruby's pages would take for a tag: $name", ({ name, errorClass }) => {
    expect(describeError(named(name)).errorClass).toBe(errorClass);
  });
});

describe("the message of what was thrown", () => {
  test.each([
    { what: "an error's", thrown: new Error("boom"), message: "boom" },
    { what: "text itself", thrown: "just text", message: "just text" },
    { what: "a number", thrown: 42, message: "42" },
    { what: "a symbol", thrown: Symbol("s"), message: "Symbol(s)" },
    { what: "undefined", thrown: undefined, message: "undefined" },
    { what: "null", thrown: null, message: "null" },
    { what: "the message of what only looks like an error", thrown: { message: "near" }, message: "near" },
    { what: "an object as JSON", thrown: { code: 7 }, message: '{"code":7}' },
    { what: "nothing for what JSON has nothing for", thrown: { toJSON: () => undefined }, message: "" },
  ])("is $what", ({ thrown, message }) => {
    expect(describeError(thrown).message).toBe(message);
  });

  test("is well formed, also where a surrogate pair was cut", () => {
    expect(describeError(new Error("half \ud83d!")).message).toBe("half \ufffd!");
  });

  test("is cut after 10,000 characters, as Ruby counts them", () => {
    const { message } = describeError(new Error("é".repeat(10_001)));

    expect(message).toBe("é".repeat(10_000));
  });

  test.each([0, 1])("is not cut within a surrogate pair, %i characters off", (off) => {
    const { message } = describeError(new Error("x".repeat(off) + "😀".repeat(10_001)));

    expect(Array.from(message)).toHaveLength(10_000);
    expect(message.isWellFormed()).toBe(true);
    expect(message.endsWith("😀")).toBe(true);
  });
});

describe("an error whose own message does not say why", () => {
  const refused = (address: string): Error =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: "ECONNREFUSED" });

  test("names the addresses that were tried in vain", () => {
    const error = new AggregateError([refused("::1:1"), refused("127.0.0.1:1")], "");

    expect(describeError(error)).toMatchObject({
      errorClass: "AggregateError",
      message: "connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1",
    });
  });

  test("keeps its message before those of the errors that it holds, and says how many more there are", () => {
    const errors = Array.from({ length: 7 }, (_, n) => new RangeError(n === 0 ? "" : `no ${n}`));

    expect(describeError(new AggregateError(errors, "All promises were rejected")).message).toBe(
      "All promises were rejected (RangeError; no 1; no 2; no 3; no 4; and 2 more)",
    );
  });

  test("names its cause, and the cause of that", () => {
    const error = new TypeError("fetch failed", {
      cause: new AggregateError([refused("::1:1"), refused("127.0.0.1:1")], "", { cause: new RangeError() }),
    });

    expect(describeError(error).message).toBe(
      "fetch failed (caused by AggregateError: connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1) (caused by RangeError)",
    );
  });

  test("names a cause that is no error", () => {
    expect(describeError(new Error("no luck", { cause: { status: 503 } })).message).toBe(
      'no luck (caused by Object: {"status":503})',
    );
  });

  test("does not repeat what it has said itself", () => {
    const cause = refused("::1:1");

    expect(describeError(new Error(`Cannot save: ${cause.message}`, { cause })).message).toBe(
      "Cannot save: connect ECONNREFUSED ::1:1",
    );
  });

  test("may be its own cause", () => {
    const one = new Error("one");
    const two = new Error("two", { cause: one });
    one.cause = two;

    expect(describeError(one).message).toBe("one (caused by Error: two)");
  });

  test("may hold itself among its errors", () => {
    const error = new AggregateError([], "");
    error.errors.push(error, new Error("x"));

    expect(describeError(error).message).toBe("AggregateError; x");
  });
});

describe("an object that JSON has no form for", () => {
  const circle: Record<string, unknown> = { name: "first" };
  circle["self"] = { again: circle };
  const shared = { n: 1 };
  const deep: Record<string, unknown> = {};
  for (let at = deep, n = 0; n < 100_000; n++) at = at["in"] = {};

  test.each([
    {
      what: "that refers to itself",
      thrown: circle,
      message: '{"name":"first","self":{"again":"[circular]"}}',
    },
    {
      what: "that holds one thing twice",
      thrown: { a: shared, b: [shared] },
      message: '{"a":{"n":1},"b":[{"n":1}]}',
    },
    {
      what: "that holds a bigint",
      thrown: { n: 9_007_199_254_740_993n },
      message: '{"n":"9007199254740993"}',
    },
    {
      what: "that holds megabytes",
      thrown: { body: Buffer.alloc(5e6) },
      message: '{"body":"[5000000 bytes]"}',
    },
    {
      what: "whose toJSON throws",
      thrown: { n: 1, toJSON: throwing },
      message: "{ n: 1, toJSON: [Function: throwing] }",
    },
    { what: "that is too deep", thrown: deep, message: "{\n  in: { in: { in: { in: [Object] } } }\n}" },
  ])("is told all the same: one $what", ({ thrown, message }) => {
    expect(describeError(thrown)).toMatchObject({ errorClass: "Object", message });
  });
});

describe("what cannot be read", () => {
  const broken = (key: string): Error => Object.defineProperty(new RangeError("x"), key, { get: throwing });

  test.each([
    { what: "a message whose getter throws", thrown: broken("message"), errorClass: "RangeError" },
    {
      what: "a proxy whose every trap throws",
      thrown: new Proxy({}, { get: throwing, has: throwing, getPrototypeOf: throwing }),
      errorClass: "Error",
    },
    { what: "a proxy that was revoked", thrown: revoked(), errorClass: "Error" },
  ])("is named so: $what", ({ thrown, errorClass }) => {
    expect(describeError(thrown)).toMatchObject({ message: UNREADABLE, errorClass });
  });

  test.each(["stack", "name", "code", "cause", "errors"])("costs nothing else: %s", (key) => {
    expect(describeError(broken(key))).toMatchObject({ message: "x", errorClass: "RangeError" });
  });

  test.each([
    { what: "a name that is no text", thrown: named(5), message: "x" },
    { what: "a message that is no text", thrown: Object.assign(new Error(), { message: 5 }), message: "5" },
  ])("costs nothing else: $what", ({ thrown, message }) => {
    expect(describeError(thrown)).toMatchObject({ message });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe("the stack", () => {
  test("is an error's own", () => {
    const error = new Error("x");

    expect(describeError(error).stack).toBe(error.stack);
  });

  test("is followed by those of the causes", () => {
    const cause = new RangeError("why");

    expect(describeError(new Error("x", { cause })).stack).toMatch(
      /^Error: x\n +at [^]*\ncaused by: RangeError: why\n +at /,
    );
  });

  test("keeps its frames when the message at its head is megabytes long", () => {
    const { stack = "" } = describeError(new Error("é".repeat(2_000_000)));

    expect(stack.length).toBeLessThan(40_001);
    expect(stack).toMatch(/é\n +at .*error-fields\.test/);
  });

  test("is none when a program has made something else of it", () => {
    expect(describeError(Object.assign(new Error("x"), { stack: [] })).stack).toBeUndefined();
  });

  test.each(["text", undefined, null, 7, { stack: "at fake" }])("is none for %j", (thrown) => {
    expect(describeError(thrown).stack).toBeUndefined();
  });
});
