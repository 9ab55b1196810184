/** A listener of `quiet` that never ends. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterAll(async () => {
  await workers.end();
  await server.stop();
});

test("keeps neither the services from hearing that the worker is quiet, nor quiet() from its end", async () => {
  let isQuiet = false;
  const worker = await workers.start({
    extensions: [
      {
        name: "seen",
        install: (host) =>
          host.addService({
            name: "seen",
            start: () => {},
            stop: () => {},
            quiet: () => void (isQuiet = true),
          }),
      },
    ],
  });
  worker.on("quiet", () => new Promise(() => {}));

  const quieted = worker.quiet();

  await eventually(() => expect(isQuiet).toBe(true), { timeoutMs: 20_000 });
  await quieted;
  expect(workers.messages()).toContain(
    "A listener of `quiet` has not ended for 10 s; it is waited for no longer. Look for an await that never ends.",
  );
});
