/** A push whose answer is lost, and whose server does not come back: for how long it is asked for, and how that ends. */
import { PushUnknownError } from "@tsq/core";
import { connect } from "@tsq/core/protocol";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { Enqueuer } from "../../support/inside-core.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let redis: TestRedis;
let direct: Redis;
let proxy: TcpProxy;

beforeAll(async () => {
  redis = await startRedis();
  direct = redis.client();
});
beforeEach(async () => {
  await direct.flushdb();
  proxy = await TcpProxy.listen(redis.port);
});
afterEach(async () => {
  vi.useRealTimers();
  await proxy.stop();
});
afterAll(() => redis.stop());

/** The server hears, and nobody hears the server. */
const loseAnswers = () => proxy.replace((chunk, from) => (from === "client" ? chunk : undefined));

test("a push whose answer is lost is an error of its own when nobody could be asked in time", async () => {
  const own = connect(proxy.url, "push");
  const enqueuer = new Enqueuer(own, { waitMs: 100, resendForMs: 50 });
  onTestFinished(() => enqueuer.close());
  await enqueuer.push("default", '{"n":1}');
  loseAnswers();
  const push = enqueuer.push("default", '{"n":2}');
  const outcome = push.catch((error: unknown) => error);
  await eventually(async () => expect(await direct.llen("queue:default")).toBe(2));

  proxy.refuse();

  expect(await outcome).toBeInstanceOf(PushUnknownError);
  expect(await outcome).toHaveProperty("code", "TSQ_PUSH_UNKNOWN");
  proxy.replace(undefined);
  proxy.accept();
  await eventually(() => expect(own.status).toBe("ready"));
  await enqueuer.push("default", '{"n":3}');
  expect(await direct.llen("queue:default")).toBe(3);
});

test("a push whose answer is lost is asked for over ten minutes, and not for longer", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const sentAt = Date.now();
  const own = connect(proxy.url, "push");
  const enqueuer = new Enqueuer(own, { waitMs: 100 });
  onTestFinished(() => enqueuer.close());
  await enqueuer.push("default", '{"n":1}');
  loseAnswers();
  let isAskedFor = true;
  const outcome = enqueuer
    .push("default", '{"n":2}')
    .catch((error: unknown) => error)
    .finally(() => (isAskedFor = false));
  await eventually(async () => expect(await direct.llen("queue:default")).toBe(2));
  proxy.refuse();
  const refused = async (): Promise<void> => {
    const { accepted } = proxy;
    await eventually(() => expect(proxy.accepted).toBeGreaterThan(accepted + 2));
  };

  vi.setSystemTime(sentAt + 599_000);
  await refused();
  expect(isAskedFor).toBe(true);
  vi.setSystemTime(sentAt + 601_000);

  expect(await outcome).toBeInstanceOf(PushUnknownError);
});
