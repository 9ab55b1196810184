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

test("its throughput is that of the last five whole minutes, and how much fails that of the hour", async () => {
  const nowMs = Date.now();
  const runIn = async (minutesAgo: number, runs: number, failed: number) => {
    const [day = "", time = ""] = new Date(nowMs - minutesAgo * 60_000).toISOString().slice(2).split("T");
    const [hours, minutes] = time.split(":");
    const key = `j|${day.replaceAll("-", "")}|${Number(hours)}:${minutes}`;
    await stage.redis.hset(key, { "HardJob|p": runs, "HardJob|f": failed, "HardJob|ms": runs });
  };
  await stage.redis.set("stat:processed", "1");
  // A minute may end while it is looked at.
  for (const ago of [2, 3, 4]) await runIn(ago, 200, 0);
  await runIn(0, 5_000, 0);
  await runIn(30, 1_000, 100);

  const { text } = await (await stage.serve()).get("/");
  const signs = (/<dl[^>]*id="vitals".*?<\/dl>/s.exec(text)?.[0] ?? "").replaceAll(
    /<svg.*?<\/svg>|<[^>]*>/gs,
    " ",
  );

  expect(signs.replaceAll(/\s+/g, " ")).toMatch(
    /Throughput 120 ?\/min 600 in the last 5 min .*100 failed in the last hour/,
  );
});
