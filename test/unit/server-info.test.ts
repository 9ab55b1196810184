/** What INFO says of a server, read once for the worker, the findings, the dashboard and the doctor. */
import {
  evictionIn,
  evicts,
  isAtLeast,
  isRubyVersion,
  readServerInfo,
  serves,
  storeIn,
} from "@tsq/core/config";
import { describe, expect, test } from "vitest";

const infoOf = (...lines: readonly string[]) => readServerInfo(["# Section", ...lines, ""].join("\r\n"));

test.each([
  [["redis_version:7.4.1"], { name: "Redis", version: "7.4.1" }],
  [["redis_version:7.2.4", "valkey_version:8.1.3"], { name: "Valkey", version: "8.1.3" }],
  [["redis_version:7.4.0", "dragonfly_version:df-v1.30.0"], { name: "Dragonfly", version: "df-v1.30.0" }],
  [["server_name:other"], undefined],
])("%j is the server of whoever made it", (lines, store) => {
  expect(storeIn(infoOf(...lines))).toEqual(store);
});

describe("a server throws jobs away", () => {
  const evictsWith = (...lines: readonly string[]) => evicts(evictionIn(infoOf(...lines)));

  test("now, where its memory has a limit or keys have gone", () => {
    expect(evictsWith("maxmemory_policy:allkeys-lru", "maxmemory:1000")).toBe("now");
    expect(evictsWith("maxmemory_policy:volatile-ttl", "maxmemory:0", "evicted_keys:3")).toBe("now");
  });

  test("only with a limit, where it has none yet", () => {
    expect(evictsWith("maxmemory_policy:allkeys-lru", "maxmemory:0", "evicted_keys:0")).toBe("with a limit");
  });

  test("never, where its policy says so, or nothing does", () => {
    expect(evictsWith("maxmemory_policy:noeviction", "maxmemory:1000")).toBe("never");
    expect(evictsWith("used_memory:5")).toBe("never");
  });
});

test.each([
  ["7.3.3", "7.3.3", true],
  ["7.3.2", "7.3.3", false],
  ["7.10.0", "7.3.3", true],
  ["8", "7.3.3", true],
  ["", "7.3.3", false],
])("version %j is at least %s: %s", (version, least, isIt) => {
  expect(isAtLeast(version, least)).toBe(isIt);
});

test("a process is one of Ruby unless it says that it is ours", () => {
  expect(["8.1.7", undefined, "tsqueue 1", "tsq 0.1.0"].map(isRubyVersion)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test("a process takes jobs from its queues until it is quiet", () => {
  const queues = ["low"];

  expect(serves({ queues, isQuiet: false }, "low")).toBe(true);
  expect(serves({ queues, isQuiet: false }, "high")).toBe(false);
  expect(serves({ queues, isQuiet: true }, "low")).toBe(false);
});
