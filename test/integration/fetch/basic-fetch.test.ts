/** A basic fetch by itself: how many jobs it lets in, and when it is over. */
import type { Outage } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { BasicFetch } from "../../support/inside-worker.ts";
import type { FetchEvents, UnitOfWork } from "../../support/inside-worker.ts";
import { orderOf } from "../../support/queue-order.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;

beforeAll(async () => {
  server = await startRedis();
});
beforeEach(() => server.client().flushdb());
afterEach(() => server.client().config("SET", "maxmemory", "0"));
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

describe("in a full memory", () => {
  test("what is handed back goes to where it was taken from, to be the next one", async () => {
    const redis = server.client();
    await redis.rpush("queue:a", "waits", "taken");
    const taken: UnitOfWork[] = [];
    const { fetch } = basic((units) => void taken.push(...units), 1);
    await fetch.start();
    await eventually(() => expect(taken).toHaveLength(1));
    await redis.config("SET", "maxmemory", "1");

    const back = await fetch.requeue(taken);
    fetch.disconnect();

    expect(back).toBe(1);
    expect(await redis.lrange("queue:a", 0, -1)).toEqual(["waits", "taken"]);
  });

  test("a job that comes when it has been told to take none goes back", async () => {
    const redis = server.client();
    const taken: UnitOfWork[] = [];
    const { fetch } = basic((units) => void taken.push(...units));
    await fetch.start();
    await eventually(async () => expect(await redis.info("clients")).toMatch(/^blocked_clients:1\r$/m));
    const quiet = fetch.quiet();
    // At once, so that the memory is full when the wait is answered.
    await redis.multi().lpush("queue:a", "late").config("SET", "maxmemory", "1").exec();

    await quiet;
    fetch.disconnect();

    expect(taken).toEqual([]);
    expect(await redis.lrange("queue:a", 0, -1)).toEqual(["late"]);
  });
});
