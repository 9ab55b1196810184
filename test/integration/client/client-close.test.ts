import { Client, ClientClosedError, configure, defineJob } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { queued } from "../../support/jobs-in-redis.ts";

const here = clientTests();

const args = async () => (await queued(here.redis)).map(({ args }) => args[0]);

/** Nothing is left that would keep a program from ending. */
const expectNoConnection = () => eventually(() => expect(here.proxy.open).toBe(0));

describe.each(["auto", 8] as const)("closing a client with times %s", (wire) => {
  test("ends its connection, and a later push is rejected and opens none", async () => {
    const client = new Client({ redis: here.url, wire });
    await client.push({ class: "HardJob", args: [1] });

    await client.close();
    await expectNoConnection();

    await expect(client.push({ class: "HardJob", args: [2] })).rejects.toThrow(ClientClosedError);
    expect(await args()).toEqual([1]);
    expect(here.proxy.open).toBe(0);
  });

  test("lets pushes that are on their way arrive", async () => {
    const client = new Client({ redis: here.url, wire });
    const job = defineJob("HardJob", { client }, (_job, _n: number) => {});
    await job.performAsync(0);

    const pushes = [
      job.performAsync(1),
      client.push({ class: "HardJob", args: [2] }),
      job.performBulk([[3], [4]]),
    ];
    await client.close();

    await expect(Promise.all(pushes)).resolves.toHaveLength(3);
    expect(new Set(await args())).toEqual(new Set([0, 1, 2, 3, 4]));
    await expectNoConnection();
  });

  test("lets a push of the same tick arrive", async () => {
    const client = new Client({ redis: here.url, wire });
    const job = defineJob("HardJob", { client }, (_job, _n: number) => {});
    await job.performAsync(1);

    const push = job.performAsync(2);
    await client.close();

    await expect(push).resolves.toMatch(/^[0-9a-f]{24}$/);
    expect(await args()).toEqual([1, 2]);
    await expectNoConnection();
  });

  test("lets even the first push arrive", async () => {
    const client = new Client({ redis: here.url, wire });

    const push = client.push({ class: "HardJob", args: [1] });
    await client.close();

    await expect(push).resolves.toMatch(/^[0-9a-f]{24}$/);
    expect(await args()).toEqual([1]);
    await expectNoConnection();
  });

  test("lets a push arrive that a middleware holds up", async () => {
    const client = new Client({ redis: here.url, wire });
    let go = (): void => {};
    const held = new Promise<void>((resolve) => (go = resolve));
    client.use(async (_payload, next) => {
      await held;
      await next();
    });

    const push = client.push({ class: "HardJob", args: [1] });
    const closed = client.close();
    go();
    await closed;

    await expect(push).resolves.toMatch(/^[0-9a-f]{24}$/);
    expect(await args()).toEqual([1]);
    await expectNoConnection();
  });

  test("lets all slices of a bulk push arrive", async () => {
    const client = new Client({ redis: here.url, wire });
    const lists = Array.from({ length: 10 }, (_, i) => [i]);

    const push = client.pushBulk({ class: "HardJob", args: lists, batch_size: 2 });
    await client.close();

    expect(await push).toHaveLength(10);
    expect(await args()).toEqual(lists.flat());
    await expectNoConnection();
  });

  test("ends also when the server is gone, and the pushes on their way are rejected", async () => {
    const client = new Client({ redis: here.url, wire });
    await client.push({ class: "HardJob", args: [1] });
    here.proxy.refuse();

    const push = client.push({ class: "HardJob", args: [2] });
    const outcome = push.catch((error: unknown) => error);
    await client.close();

    expect(await outcome).toBeInstanceOf(Error);
    here.proxy.accept();
    expect(here.proxy.open).toBe(0);
  });

  test("twice, or before the first push, does nothing", async () => {
    const client = new Client({ redis: here.url, wire });

    await client.close();
    await Promise.all([client.close(), client.close()]);

    expect(here.proxy.accepted).toBe(0);
  });
});

test("configure() anew closes the client before, once its pushes have arrived", async () => {
  configure({ redis: here.url });
  const job = defineJob("HardJob", (_job, _n: number) => {});

  const push = job.performAsync(1);
  const next = configure({ redis: here.server.url });

  await push;
  expect(await args()).toEqual([1]);
  await expectNoConnection();
  await next.close();
});
