/** Puts the state that a real Sidekiq left into a Redis, as it was found. Nothing expires. */
import type { Redis } from "ioredis";
import { vector, type Value } from "./vectors.ts";

const bytesOf = (value: Value): Buffer =>
  typeof value === "string" ? Buffer.from(value) : Buffer.from(value.base64, "base64");

export async function loadVector(redis: Redis, scenario: string, version: string): Promise<void> {
  for (const [key, stored] of Object.entries(vector(scenario, version).keys)) {
    switch (stored.type) {
      case "string":
        await redis.set(key, bytesOf(stored.value));
        break;
      case "list":
        await redis.rpush(key, ...stored.value.map(bytesOf));
        break;
      case "set":
        await redis.sadd(key, ...stored.value.map(bytesOf));
        break;
      case "hash":
        await redis.hset(
          key,
          new Map(Object.entries(stored.value).map(([field, value]) => [field, bytesOf(value)])),
        );
        break;
      case "zset":
        for (const [member, score] of stored.value) await redis.zadd(key, score, bytesOf(member));
        break;
    }
  }
}
