/** What the first page says of its Redis. */
import { expect, onTestFinished, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

const factsOf = async (): Promise<string> => {
  // Before anything has run there is another page.
  await stage.redis.set("stat:processed", "1");
  // What a server says of itself is read once in five seconds.
  const { text } = await (await stage.serve()).get("/");
  const facts = /<dl[^>]*id="redis".*?<\/dl>/s.exec(text)?.[0] ?? "";
  return facts.replaceAll(/<\/?bdi>/g, "");
};
const set = (name: string, value: string) => stage.redis.config("SET", name, value);

test("its memory is red where jobs can be evicted, and not of a policy that has nothing to do", async () => {
  const [, before = "0"] = await stage.redis.config("GET", "maxmemory");
  onTestFinished(async () => {
    await set("maxmemory-policy", "noeviction");
    await set("maxmemory", before);
  });
  await set("maxmemory", "0");
  await set("maxmemory-policy", "allkeys-lru");

  expect(await factsOf()).toContain("allkeys-lru");
  expect(await factsOf()).not.toContain("fig bad");

  await set("maxmemory", "10gb");
  expect(await factsOf()).toContain("fig bad");
});

test("it has the name of its server", async () => {
  const info = await stage.redis.info("server");
  const name = ["dragonfly", "valkey", "redis"].find((one) => info.includes(`${one}_version:`)) ?? "";

  expect((await factsOf()).toLowerCase()).toContain(`<dt>${name}</dt>`);
});
