/** A worker that is to find its Redis by Sentinel, and cannot: it says why within seconds. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisUnusableError } from "@tsq/core";
import { checkServer } from "@tsq/core/protocol";
import { Worker } from "@tsq/worker";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { Loopback } from "../../support/loopback.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { ownTime } from "../../support/own-time.ts";
import { startRedis } from "../../support/redis.ts";
import { ServerProcess } from "../../support/server-process.ts";

const start = (...ports: number[]): Promise<void> => {
  const redis = { sentinels: ports.map((port) => ({ host: "127.0.0.1", port })), name: "mymaster" };
  const worker = new Worker({ jobs: [], redis, logger: pino({ level: "silent" }) });
  onTestFinished(() => worker.stop());
  return worker.start();
};

// Long before a supervisor would take a start for one that hangs.
const WITHIN_MS = 15_000;

test("sentinels that nobody runs are named in one line", async () => {
  using time = ownTime();
  const [one, other] = [await freePort(), await freePort()];

  const started = start(one, other);

  await expect(started).rejects.toThrow(RedisUnusableError);
  await expect(started).rejects.toThrow(
    new RegExp(
      `^Cannot ask the sentinels at 127\\.0\\.0\\.1:${one}, 127\\.0\\.0\\.1:${other} for the master \`mymaster\`: the connection is refused or closed\\. Are they running\\?$`,
    ),
  );
  expect(time.ms).toBeLessThan(WITHIN_MS);
});

test("a Redis that is taken for a sentinel is told so", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());

  await expect(start(redis.port)).rejects.toThrow(
    /^Cannot ask the sentinels at \S+ for the master `mymaster`: what answers is a Redis, not a sentinel\. Sentinels usually listen on 26379\.$/,
  );
});

test.runIf(hasNativeRedis())("a sentinel that wants a password is told so", async () => {
  const port = await startSentinel("requirepass s3cret");

  await eventually(() =>
    expect(start(port)).rejects.toThrow(
      /: the password is refused \(NOAUTH [^\n]*\)\. Set `sentinelPassword`, and/,
    ),
  );
});

test("a sentinel that takes the connection and says nothing is given up", async () => {
  const silent = await Loopback.listen((client) => void client.on("error", () => {}).resume());
  onTestFinished(() => silent.stop());

  using time = ownTime();
  await expect(start(silent.port)).rejects.toThrow(/^Cannot ask the sentinels at /);
  expect(time.ms).toBeLessThan(WITHIN_MS);
});

test.runIf(hasNativeRedis())("a master that no sentinel knows is named in one line", async () => {
  const port = await startSentinel("sentinel monitor other 127.0.0.1 1 1");
  using time = ownTime();

  await eventually(() =>
    expect(start(port)).rejects.toThrow(
      `No sentinel at 127.0.0.1:${port} knows a master \`mymaster\`. Check \`name\` against \`sentinel monitor\``,
    ),
  );
  expect(time.ms).toBeLessThan(WITHIN_MS);
});

test.runIf(hasNativeRedis())("a sentinel that is taken for a Redis is told so", async () => {
  const port = await startSentinel("sentinel monitor mymaster 127.0.0.1 1 1");

  await eventually(() =>
    expect(checkServer(`redis://127.0.0.1:${port}`)).rejects.toThrow(
      /^Redis at \S+ is a Sentinel, .* Use the URL of that .*, or in code `redis: \{ sentinels, name \}`\.$/,
    ),
  );
});

/** @returns its port */
const startSentinel = async (line: string): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), "tsq-sentinel-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const port = await freePort();
  const file = join(folder, "sentinel.conf");
  await writeFile(file, `port ${port}\nbind 127.0.0.1\n${line}\n`);
  const sentinel = new ServerProcess("redis-server", [file, "--sentinel"]);
  onTestFinished(() => sentinel.kill9());
  return port;
};
