/** What `mask` hides is hidden as well where CurrentAttributes of Rails carry it: for whom a job is. */
import type { Mask } from "tsq/web";
import { expect, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();
const ADDRESS = /\w+@example\.com/;
const withoutAddresses = (value: unknown): unknown => {
  if (typeof value === "string") return value.replace(ADDRESS, "…");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutAddresses);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutAddresses(inner)]));
};
const noAddresses: Mask = (args) => args.map(withoutAddresses);
const payload = (more: object) =>
  JSON.stringify({ class: "HardJob", jid: "a1", queue: "q", args: ["one"], ...more });
const enqueue = async (text: string) => {
  await stage.redis.sadd("queues", "q");
  await stage.redis.lpush("queue:q", text);
};
const PAGES = ["/queues/q", "/queues/q?q=jid:a1", "/jobs/a1", "/jobs/a1/payload"];

test.each([
  ["in a value", { cattr: { tenant: "de", user: "ada@example.com" } }],
  ["deep within", { cattr: { tenant: "de", user: { mail: ["ada@example.com"] } } }],
  ["of a second class of attributes", { cattr: { tenant: "de" }, cattr_1: { user: "ada@example.com" } }],
])("%s", async (_, context) => {
  await enqueue(payload(context));
  const dashboard = await stage.serve({ mask: noAddresses });

  for (const path of PAGES)
    expect([path, (await dashboard.get(path)).text]).toEqual([path, expect.not.stringMatching(ADDRESS)]);
  for (const path of ["/queues/q", "/jobs/a1"])
    expect((await dashboard.get(path)).text).toContain(">tenant<");
  expect((await dashboard.get("/jobs/a1/payload")).status).toBe(403);
});

test("a value that the mask hides among the arguments is hidden there too", async () => {
  await enqueue(payload({ args: ["ada@example.com"], cattr: { user: "ada@example.com" } }));
  // By its place.
  const dashboard = await stage.serve({
    mask: ([first, ...rest]) => [typeof first === "string" ? "…" : first, ...rest],
  });

  expect((await dashboard.get("/queues/q")).text).not.toMatch(ADDRESS);
});

test("of a mask that knows nothing of it nothing is shown that it did not answer", async () => {
  await enqueue(payload({ cattr: { tenant: "de", user: "ada@example.com" } }));
  const dashboard = await stage.serve({ mask: () => [{ tenant: "de", more: "made up" }] });

  const { text } = await dashboard.get("/queues/q");

  expect(text).not.toMatch(ADDRESS);
  expect(text.replaceAll(/<\/?bdi>/g, "")).toContain("user [masked]");
});

test("without a mask the payload is there byte for byte", async () => {
  const text = payload({ cattr: { user: "ada@example.com" } });
  await enqueue(text);
  const dashboard = await stage.serve();

  expect((await dashboard.get("/queues/q")).text).toMatch(ADDRESS);
  expect((await dashboard.get("/jobs/a1/payload")).text).toBe(text);
});
