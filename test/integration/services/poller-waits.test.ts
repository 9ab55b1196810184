/** How long a poller waits between two looks. */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { pollerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

test("a poller waits as long as a timer can for a look that is further away, and does not look at once", async () => {
  const timers = vi.spyOn(globalThis, "setTimeout");
  const poller = pollerFor({
    redis: server.url,
    pollIntervalAverage: 10_000_000,
    random: () => 0,
  });
  onTestFinished(async () => {
    timers.mockRestore();
    await poller.stop();
  });

  poller.start();

  await eventually(() => expect(timers).toHaveBeenCalledWith(expect.any(Function), 2_147_483_647));
});
