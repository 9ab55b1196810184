/** Vitest's `test`, where there is a server that can be killed; elsewhere it is skipped aloud, or fails if TSQ_REQUIRE lists `native`. */
import { spawnSync } from "node:child_process";
import { test as vitestTest } from "vitest";
import { isRequired } from "../required.ts";

const isMissing = spawnSync("redis-server", ["--version"]).status !== 0;
if (isMissing)
  console.warn("Skipped: chaos, because there is no redis-server on PATH: apt-get install redis-server");

export const test: ReturnType<typeof vitestTest.skipIf> = vitestTest.skipIf(
  isMissing && !isRequired("native"),
);
