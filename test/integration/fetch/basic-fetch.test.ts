/** A basic fetch by itself: how many jobs it lets in, and when it is over. */
import type { Outage } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { BasicFetch } from "../../support/inside-worker.ts";
import type { FetchEvents } from "../../support/inside-worker.ts";
import { orderOf } from "../../support/queue-order.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;

beforeAll(async () => {
  server = await startRedis();
});
beforeEach(() => server.client().flushdb());
afterAll(() => server.stop());

/** What is told of its connections and its parts, in order. */
const basic = (deliver: FetchEvents["deliver"], concurrency = 2) => {
  const told: string[] = [];
  const witness = (name: string) => ({
    failing: () => void told.push(`${name} fails`),
    answered: () => {},
    ended: () => void told.push(`${name} ended`),
  });
  const outage: Pick<Outage, "connection" | "part"> = {
    connection: (name) => witness(`connection ${name}`),
    part: witness,
  };
  const fetch = new BasicFetch({
    redis: server.url,
    order: orderOf(["a"]),
    concurrency,
    // Of an outage it needs these alone.
    outage: outage as Outage,
    events: { deliver, lost: () => {}, hindered: () => {} },
  });
  return { fetch, told };
};

test("it takes as many jobs as may run at once, and no more", async () => {
  const redis = server.client();
  await redis.lpush("queue:a", ...Array.from({ length: 20 }, (_, i) => `job ${i}`));
  let [running, most, done] = [0, 0, 0];
  const { fetch } = basic((units) => {
    running += units.length;
    most = Math.max(most, running);
    void pinged().then(() => {
      for (const unit of units) unit.acknowledge();
      running -= units.length;
      done += units.length;
    });
  });
  // Whatever it may ask for beyond those that run is answered before they end.
  const pinged = async (): Promise<void> => {
    for (let times = 0; times < 10; times++) await redis.ping();
  };

  await fetch.start();
  await eventually(() => expect(done).toBe(20));
  fetch.disconnect();

  expect(most).toBe(2);
});

test("once it is disconnected it takes nothing, and finds no fault with that", async () => {
  const { fetch, told } = basic(() => {});
  await fetch.start();

  fetch.disconnect();
  await eventually(() => expect(told).toContain("connection fetch ended"));
  // Whoever waited for a job has heard of it by then.
  await new Promise(setImmediate);

  expect(told).not.toContain("fetch fails");
  await fetch.quiet();
});
