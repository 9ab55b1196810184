/** What a worker asks Redis about single jobs, how often, and what it makes of a refusal: cancels, and who runs a class. */
import { Client, JobCancelledError } from "@tsq/core";
import { connect, readMembers } from "@tsq/core/protocol";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { Audience, CancelWatch, HandOn } from "../../support/inside-worker.ts";
import type { Outcome, RunningJob } from "../../support/inside-worker.ts";
import { outage } from "../../support/outage.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: ReturnType<TestRedis["client"]>;
let proxy: TcpProxy;
let tap: CommandTap;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
beforeEach(async () => {
  await redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
  tap = new CommandTap(proxy);
});
afterEach(() => proxy.stop());
afterAll(() => server.stop());

const REFUSED = "-NOPERM this user has no permissions to access one of the keys\r\n";

describe("the marks of cancelled jobs", () => {
  const watching = () => {
    const audience = new Audience();
    const running: RunningJob[] = [];
    const watch = new CancelWatch({ redis: proxy.url, outage: outage(), audience, running: () => running });
    onTestFinished(() => watch.stop());
    const client = new Client({ redis: server.url });
    onTestFinished(() => client.close());
    const ends = (kind: Outcome["kind"]) =>
      audience.tell?.({ jid: "j" } as RunningJob, { kind } as unknown as Outcome);
    return { watch, client, ends };
  };
  const marks = async () =>
    (await redis.exists("it-j")) + ((await redis.zscore("tsq:cancelled", "j")) ? 1 : 0);

  test("are looked for at every look, not only at the first", async () => {
    const { watch, client } = watching();
    await watch.look();
    expect(watch.admission({ jid: "j" } as RunningJob)).toBeUndefined();

    await client.cancel("j");
    await watch.look();

    expect(await watch.admission({ jid: "j" } as RunningJob)).toEqual({ kind: "cancelled" });
  });

  test.each<[Outcome["kind"], number]>([
    ["retry", 2],
    ["snooze", 2],
    ["putBack", 2],
    ["handedBack", 2],
    ["done", 0],
    ["dead", 0],
  ])("of one that ends by %s: %i are left, for those that come again", async (kind, left) => {
    const { watch, client, ends } = watching();
    await client.cancel("j");
    await watch.look();

    ends(kind);
    await watch.look();

    expect(await marks()).toBe(left);
  });

  test("that Redis did not let go of go the next time", async () => {
    const { watch, client, ends } = watching();
    await client.cancel("j");
    await watch.look();
    ends("done");
    tap.answer((name) => (name === "unlink" || name === "zrem" ? REFUSED : undefined));
    await watch.look();
    expect(await marks()).toBe(2);

    tap.answer(() => undefined);
    await watch.look();

    expect(await marks()).toBe(0);
  });

  test("are told to a job that runs", async () => {
    const aborted: unknown[] = [];
    const job = { jid: "j", startedAtMs: Date.now(), abort: (reason: unknown) => aborted.push(reason) };
    const { client } = watching();
    const watch = new CancelWatch({
      redis: proxy.url,
      outage: outage(),
      audience: new Audience(),
      running: () => [job as unknown as RunningJob],
    });
    onTestFinished(() => watch.stop());
    await client.cancel("j");

    await watch.look();

    expect(aborted).toEqual([expect.any(JobCancelledError)]);
  });
});

describe("who can run an unknown class", () => {
  const OWN = "web:1:own";
  const asker = (): HandOn => {
    const handOn = new HandOn(proxy.url, OWN, outage());
    onTestFinished(() => handOn.stop());
    return handOn;
  };
  const job = { payload: { class: "BJob", args: [], jid: "j" }, queue: "default" } as unknown as RunningJob;
  const member = async (identity: string): Promise<void> => {
    await redis.sadd("processes", identity);
    const info = JSON.stringify({ queues: ["default"], version: "tsq 1.0.0" });
    await redis.hset(identity, "info", info, "quiet", "false");
    await redis.set(`tsq:classes:${identity}`, JSON.stringify({ names: ["BJob"], isCut: false }), "EX", 60);
  };

  test("is another process, and never this one, whatever it said before", async () => {
    await member(OWN);
    expect(await asker().admission(job)).toBeUndefined();

    await member("web:1:other");

    expect(await asker().admission(job)).toEqual({ kind: "unknown", times: 1, seconds: 1 });
  });

  test("is asked once a second, for however many jobs", async () => {
    const now = vi.spyOn(performance, "now");
    onTestFinished(() => now.mockRestore());
    const atMs = performance.now();
    now.mockImplementation(() => atMs);
    const handOn = asker();
    expect(await handOn.admission(job)).toBeUndefined();
    await member("web:1:other");

    now.mockImplementation(() => atMs + 1_000);
    expect(await handOn.admission(job)).toBeUndefined();
    expect(tap.commands("smembers")).toHaveLength(1);

    now.mockImplementation(() => atMs + 1_001);
    expect(await handOn.admission(job)).toMatchObject({ kind: "unknown" });
    expect(tap.commands("smembers")).toHaveLength(2);
  });

  test("is not known to who may not look, rather than nobody", async () => {
    await member("web:1:other");
    tap.answer((name) => (name === "hmget" ? REFUSED : undefined));
    const refused = connect(proxy.url, "client");
    onTestFinished(() => refused.disconnect());

    await expect(readMembers(refused)).rejects.toThrow("NOPERM");
  });
});
