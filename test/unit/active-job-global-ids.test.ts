/** The models behind the GlobalIDs of a job. */
import { ConfigError, DeserializationError, GlobalID, Range } from "tsq";
import type { GlobalIdResolver } from "tsq";
import { describe, expect, test } from "vitest";
import { decodeArguments, encodeArguments } from "../support/inside-active-job.ts";

const gid = (path: string): object => ({ _aj_globalid: `gid://${path}` });

/** Finds everything, and notes what it is asked. */
const finder = (): { calls: (readonly [string, readonly string[]])[]; find: GlobalIdResolver } => {
  const calls: (readonly [string, readonly string[]])[] = [];
  return {
    calls,
    find: async (model, ids) => {
      calls.push([model, ids]);
      return new Map(ids.map((id) => [id, { model, id }]));
    },
  };
};

describe("with a resolver for their app", () => {
  test("a hundred of one class are one call, at any depth, and each once", async () => {
    const { calls, find } = finder();
    const many = Array.from({ length: 100 }, (_, id) => gid(`crm/Contact/${id}`));

    const values = await decodeArguments(
      [many, { to: gid("crm/Contact/7"), _aj_symbol_keys: ["to"] }, gid("crm/User/1")],
      { globalId: { crm: find } },
    );

    expect(calls).toEqual([
      ["Contact", Array.from({ length: 100 }, (_, id) => String(id))],
      ["User", ["1"]],
    ]);
    const [contacts, { to }, user] = values as [object[], { to: object }, object];
    expect(contacts).toHaveLength(100);
    expect(contacts[99]).toEqual({ model: "Contact", id: "99" });
    expect(to).toBe(contacts[7]);
    expect(user).toEqual({ model: "User", id: "1" });
  });

  test("those at the ends of a Range are found too", async () => {
    const range = {
      _aj_serialized: "ActiveJob::Serializers::RangeSerializer",
      begin: gid("crm/Step/1"),
      end: gid("crm/Step/2"),
      exclude_end: false,
    };

    const values = await decodeArguments([range], { globalId: { crm: finder().find } });

    expect(values).toEqual([new Range({ model: "Step", id: "1" }, { model: "Step", id: "2" })]);
  });

  test("a Map by numbers will do, and it need be no promise", async () => {
    const globalId = { crm: () => new Map([[7, "Ada"]]) as never };

    await expect(decodeArguments([gid("crm/Contact/7")], { globalId })).resolves.toEqual(["Ada"]);
  });

  test("a model that is forwarded is its GlobalID again", async () => {
    const list = [gid("crm/Contact/7"), [gid("crm/Contact/8")]];
    const globalId = {
      crm: async () =>
        new Map<string, object>([
          ["7", Object.freeze({ id: 7 })],
          [
            "8",
            new (class Contact {
              readonly id = 8;
            })(),
          ],
        ]),
    };

    const values = await decodeArguments(list, { globalId });

    expect(encodeArguments(values, {})).toEqual(list);
  });

  test("a model that is a list is its GlobalID again, not what is in it", async () => {
    const list = [gid("crm/Album/7")];
    const globalId = { crm: () => new Map([["7", ["one", "two"]]]) };

    const values = await decodeArguments(list, { globalId });

    expect(values).toEqual([["one", "two"]]);
    expect(encodeArguments(values, {})).toEqual(list);
  });

  test("one object for two GlobalIDs is not forwarded as the wrong one of them", async () => {
    const person = { name: "Ada" };
    const globalId = { crm: () => new Map([["7", person]]) };
    const list = [gid("crm/Contact/7"), gid("crm/Lead/7")];

    const values = await decodeArguments(list, { globalId });

    expect(() => encodeArguments(values, {})).toThrow(
      'arguments[0] is a model that `globalId` of configure() answered for several GlobalIDs, gid://crm/Contact/7, gid://crm/Lead/7. Pass the one that is meant: `new GlobalID("gid://crm/Contact/7")`.',
    );
  });

  test("one object that is found in several jobs is its GlobalID still", async () => {
    const person = { name: "Ada" };
    const globalId = { crm: () => new Map([["7", person]]) };
    const list = [gid("crm/Contact/7")];

    await decodeArguments(list, { globalId });
    const values = await decodeArguments(list, { globalId });

    expect(encodeArguments(values, {})).toEqual(list);
  });

  test("a job without any waits for nobody", () => {
    const { calls, find } = finder();

    expect(decodeArguments([1, { a: [2] }], { globalId: { crm: find } })).toEqual([1, { a: [2] }]);
    expect(calls).toEqual([]);
  });
});

describe("one that cannot be found", () => {
  test("is a DeserializationError with its place, its app and a remedy", async () => {
    const globalId = { crm: async () => new Map() };

    const failed = decodeArguments([1, { who: gid("crm/Contact/7") }], { globalId });

    await expect(failed).rejects.toThrow(DeserializationError);
    await expect(failed).rejects.toThrow(
      "arguments[1].who is gid://crm/Contact/7, which the resolver of `globalId.crm` did not find. If it may be gone, discard the job",
    );
  });

  test("because nobody finds models of its app is no fault of the job, which must not be discarded for it", () => {
    const { calls, find } = finder();
    const decode = (): unknown =>
      decodeArguments([gid("crm/Contact/7"), gid("shop/Order/1")], { globalId: { crm: find } });

    expect(decode).toThrow(ConfigError);
    expect(decode).toThrow(
      "arguments[1] is gid://shop/Order/1, of the app `shop`, for which there is no resolver (there are: crm). Add one: `configure({ globalId: { shop:",
    );
    // Nor was anybody asked.
    expect(calls).toEqual([]);
  });

  test("of an app that is named as a member of every object is not found by it", () => {
    expect(() => decodeArguments([gid("constructor/Order/1")], { globalId: {} })).toThrow("there are: none");
  });

  test("because its database is away, fails with the error of that", async () => {
    const down = new Error("ECONNREFUSED");
    const globalId = { crm: () => Promise.reject(down) };

    await expect(decodeArguments([gid("crm/Contact/7")], { globalId })).rejects.toBe(down);
  });

  test("by a resolver that answers no Map, is told what to answer", async () => {
    const globalId = { crm: async () => [] as never };

    await expect(decodeArguments([gid("crm/Contact/7")], { globalId })).rejects.toThrow(
      "Expected the resolver `globalId` to answer a Map of Contact by id, got an empty list.",
    );
  });
});

test("without resolvers a handler gets GlobalIDs, and nothing is guessed", () => {
  expect(decodeArguments([gid("crm/Contact/7")], {})).toEqual([new GlobalID("gid://crm/Contact/7")]);
});
