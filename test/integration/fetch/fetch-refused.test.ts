/** lua/core/fetch.lua when the hash refuses what was popped: everything is where it was, in its order. */
import { fetch, type Redis } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const IN_FLIGHT = "tsq:in-flight:web:1:abc~default~0";
const QUEUES = ["queue:a", "queue:b"];
const PADS = ["tsq:pad:web:1:abc~default:a", "tsq:pad:web:1:abc~default:b"];

let server: TestRedis;
let redis: Redis;
// Redis 7.0 and those before it have words of their own for what a script may not do.
const REFUSED = /NOPERM|ACL failure in script|can't run this command/;

/** May do all but write into a hash, so that it is refused in the midst of the script. */
let narrow: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
  await redis.call("ACL", "SETUSER", "narrow", "on", ">secret", "~*", "&*", "+@all", "-hset");
  narrow = server.client({ replyMapping: "legacy", username: "narrow", password: "secret" });
});
beforeEach(async () => {
  await redis.flushdb();
  await redis.hset(IN_FLIGHT, "#0", 0, "#1", 0);
});
afterAll(() => server.stop());

const call = (landings: readonly string[], { slots = "", wanted = 0 } = {}) =>
  fetch(
    narrow,
    { inFlight: IN_FLIGHT, queues: QUEUES, pads: landings.length > 0 ? PADS : [] },
    { lane: "#0", seq: 1, other: 0, slots, moved: "", wanted, offset: 0.5, weights: [0, 0], landings },
  );

const lists = async (): Promise<readonly (readonly string[])[]> =>
  Promise.all([...QUEUES, ...PADS].map((key) => redis.lrange(key, 0, -1)));

const put = async (...texts: readonly (readonly string[])[]): Promise<void> => {
  for (const [i, key] of [...QUEUES, ...PADS].entries())
    if ((texts[i]?.length ?? 0) > 0) await redis.rpush(key, ...(texts[i] ?? []));
};

test("jobs of several queues are back in each, in their order", async () => {
  const before = [["a3", "a2", "a1"], ["b3", "b2", "b1"], [], []];
  await put(...before);

  await expect(call([], { slots: "000102030405", wanted: 5 })).rejects.toThrow(REFUSED);

  expect(await lists()).toEqual(before);
  expect(await redis.hgetall(IN_FLIGHT)).toEqual({ "#0": "0", "#1": "0" });
});

test.each([
  ["adopted", ["+001"]],
  ["finished before", ["*..1"]],
  ["given back", ["<..1"]],
  ["given back that runs", ["<001"]],
  ["adopted, and given back from the other", ["+001", "<..2"]],
  ["given back, and adopted from the other", ["<..1", "+012"]],
])("a landed job that was to be %s is on its pad again, before what came behind it", async (_, landings) => {
  const before = [
    ["a2", "a1"],
    ["b2", "b1"],
    ["on a", "behind on a"],
    ["on b", "behind on b"],
  ];
  await put(...before);

  await expect(call(landings)).rejects.toThrow(REFUSED);

  expect(await lists()).toEqual(before);
});

test("a landed job is on its pad again, and what was fetched beside it in its queue", async () => {
  const before = [["a2", "a1"], ["b2", "b1"], ["on a"], ["on b"]];
  await put(...before);

  await expect(call(["<..1", "+002"], { slots: "0102", wanted: 2 })).rejects.toThrow(REFUSED);

  expect(await lists()).toEqual(before);
});

test("a pad that is empty meanwhile stays so, and costs the others nothing", async () => {
  const before = [["a1"], ["b1"], [], ["on b"]];
  await put(...before);

  await expect(call(["*..1", "<..1", "+002"])).rejects.toThrow(REFUSED);

  expect(await lists()).toEqual(before);
});
