import { UnknownJobError } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { describeError } from "../../packages/worker/dist/error-fields.js";

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

describe("what cannot be read", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;

  test.each([
    {
      what: "a getter that throws",
      thrown: Object.defineProperty(new Error("x"), "message", { get: throwing }),
    },
    { what: "an object that refers to itself", thrown: cyclic },
    { what: "an object that holds a bigint", thrown: { n: 1n } },
    { what: "a toJSON that throws", thrown: { toJSON: throwing } },
    {
      what: "a proxy whose every trap throws",
      thrown: new Proxy({}, { get: throwing, has: throwing, getPrototypeOf: throwing }),
    },
    { what: "a proxy that was revoked", thrown: revoked() },
  ])("is named so: $what", ({ thrown }) => {
    expect(describeError(thrown)).toMatchObject({ message: UNREADABLE, errorClass: "Error" });
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

  test("is none when a program has made something else of it", () => {
    expect(describeError(Object.assign(new Error("x"), { stack: [] })).stack).toBeUndefined();
  });

  test.each(["text", undefined, null, 7, { stack: "at fake" }])("is none for %j", (thrown) => {
    expect(describeError(thrown).stack).toBeUndefined();
  });
});
