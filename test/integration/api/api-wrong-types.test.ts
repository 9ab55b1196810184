/** What the data API would write where a key of another type lies is refused, and is not said to be done. */
import { ApiConnection, DeadSet, Metrics, ProcessSet, Queue, RetrySet, ScheduledSet } from "@tsq/core/api";
import { beforeEach, expect, test } from "vitest";
import { setRedis } from "../../support/empty-redis.ts";
import { payloadText } from "../../support/payload-text.ts";
import { heartbeat } from "../../support/terminal-redis.ts";

const stage = setRedis();
const IDENTITY = "web-1:1:a";
let api: ApiConnection;

beforeEach(() => {
  api = new ApiConnection({ redis: stage.server.client() });
  return () => api.close();
});

test.each(["quiet", "stop", "dump"] as const)("a process is not told to %s", async (order) => {
  await heartbeat(stage.redis, IDENTITY, ["q"], "tsq 0.1.0");
  await stage.redis.set(`${IDENTITY}-signals`, "no list");
  const [process] = await new ProcessSet(api).all();

  await expect(process?.[order]()).rejects.toThrow("WRONGTYPE");

  // What lies there stays, and for as long as it was to.
  expect(await stage.redis.ttl(`${IDENTITY}-signals`)).toBe(-1);
});

test("a job is not put into the dead set, and no death handler is told of it", async () => {
  await stage.redis.set("dead", "no set");
  const told: unknown[] = [];
  const killing = new ApiConnection({
    redis: stage.server.client(),
    deathHandlers: [(job) => void told.push(job)],
  });

  await expect(new DeadSet(killing).kill(payloadText({ jid: "a1" }))).rejects.toThrow("WRONGTYPE");
  await killing.close();

  expect(told).toEqual([]);
});

test("a deploy is not marked", async () => {
  const at = new Date(Date.UTC(2030, 0, 31));
  await stage.redis.set("20300131-marks", "no hash");

  await expect(new Metrics(api).markDeploy("v1", at)).rejects.toThrow("WRONGTYPE");
});

test("a queue is not cleared, and what lies there stays", async () => {
  await stage.redis.set("queue:low", "no list");

  await expect(new Queue("low", api).clear()).rejects.toThrow("WRONGTYPE");

  expect(await stage.redis.get("queue:low")).toBe("no list");
});

test.each([
  ["retry", RetrySet],
  ["schedule", ScheduledSet],
  ["dead", DeadSet],
] as const)("the set %s is not cleared, and what lies there stays", async (key, Jobs) => {
  await stage.redis.set(key, "no set");

  await expect(new Jobs(api).clear()).rejects.toThrow("WRONGTYPE");

  expect(await stage.redis.get(key)).toBe("no set");
});
