/** What the lanes of a client hold to when a connection is lost: what they have seen, and for how long they send again. */
import { Client, defineJob, PushUnknownError } from "@tsq/core";
import { connect } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { Enqueuer } from "../../support/inside-core.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const MANY: [unknown][] = Array.from({ length: 20 }, (_, n) => [n]);

let redis: TestRedis;
let proxy: TcpProxy;

beforeAll(async () => {
  // A transaction needs CLIENT KILL, which the embedded server has not.
  redis = await startRedis(hasNativeRedis() ? { backend: "native" } : {});
  await CommandTap.load(redis.client());
});
beforeEach(async () => {
  await redis.client().flushdb();
  proxy = await TcpProxy.listen(redis.port);
});
afterEach(() => proxy.stop());
afterAll(() => redis.stop());

test("the type of a key is looked at again on a new connection, which may be to another server", async ({
  skip,
}) => {
  if (!hasNativeRedis()) skip("without a fence everything goes by the script, which always looks");
  const client = new Client({ redis: proxy.url, wire: 8 });
  onTestFinished(() => client.close());
  const job = defineJob("HardJob", { client, queue: "q" }, (_job, _n: unknown) => {});
  const tap = new CommandTap(proxy);
  for (let i = 0; i < 3; i++) await job.performBulk(MANY);
  const calls = () => tap.commands("exec", "evalsha").map(([name]) => name);
  // The first EXEC asks whether one may.
  expect(calls()).toEqual(["exec", "evalsha", "exec", "exec"]);

  proxy.cut();
  // With its answer come those of the fence, which were asked before.
  await job.set({ queue: "other" }).performAsync(1);
  tap.reset();
  for (let i = 0; i < 2; i++) await job.performBulk(MANY);

  expect(calls()).toEqual(["evalsha", "exec"]);
});

test("a push is not sent again when it is older than ten minutes, as after a sleep of the machine: the server may have forgotten its number", async () => {
  const own = connect(proxy.url, "push");
  const enqueuer = new Enqueuer(own, { waitMs: 1_000 });
  onTestFinished(() => enqueuer.close());
  await enqueuer.push("q", '{"n":1}');
  proxy.replace((chunk, from) => (from === "client" ? chunk : undefined));
  const outcome = enqueuer.push("q", '{"n":2}').catch((error: unknown) => error);
  await eventually(async () => expect(await redis.client().llen("queue:q")).toBe(2));
  proxy.refuse();
  proxy.replace(undefined);

  await redis.client().del((await redis.client().keys("tsq:push:*"))[0] ?? "");
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + 600_001);
  onTestFinished(() => clock.mockRestore());
  proxy.accept();

  expect(await outcome).toBeInstanceOf(PushUnknownError);
  expect(await redis.client().llen("queue:q")).toBe(2);
});
