/** Who of a fleet is told of queues, as Redis knows it: those who look, and nobody for longer than that. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Capsule } from "../support/capsule.ts";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import type { Link } from "../support/proxy.ts";
import type { UnitOfWork } from "../support/inside-worker.ts";
import { named, taken, Watchers } from "../support/watchers.ts";

let proxy: TcpProxy;

beforeEach(async () => {
  proxy = await TcpProxy.listen(watchers.server.port);
});
afterEach(() => proxy.stop());
// Last, so that its capsules leave while there is a proxy.
const watchers = new Watchers();

const way = "tracking";
const QUEUES = 16;
const TELLS = /^Redis tells of jobs/;
const TELLS_NOT = /does not tell of jobs/;

/** What Redis would tell, and of how many keys. */
const registered = async (): Promise<Record<string, number>> => {
  const stats = await watchers.redis.info("stats");
  const count = (name: string): number => Number(new RegExp(`${name}:(\\d+)`).exec(stats)?.[1]);
  return { keys: count("tracking_total_keys"), items: count("tracking_total_items") };
};
/** What the server says of the connection by which it fetches. */
const trackingOf = async ({ fetch }: Capsule): Promise<readonly string[]> => {
  const info: unknown = await fetch.redis.client("TRACKINGINFO");
  // Names and values by turns; the first is of the flags.
  const [, flags] = info as readonly [string, readonly string[]];
  return flags;
};
/** Resolves when the watch goes round no more: its holder has renewed the lease twice, and two are told. */
const untilItStays = async (): Promise<void> => {
  const values: string[] = [];
  await eventually(async () => {
    const [key = ""] = (await watchers.leases()).filter((one) => !one.endsWith(":deputy"));
    const value = (await watchers.redis.get(key)) ?? "";
    if (!values.includes(value)) values.push(value);
    const holders = values.slice(-3).map((one) => one.split(" ")[0]);
    expect(holders).toHaveLength(3);
    expect(new Set(holders).size).toBe(1);
  });
  await untilTracked(2);
};
const untilTracked = (capsules: number): Promise<unknown> =>
  eventually(async () => expect(await watchers.workers.connections(" flags=t ")).toHaveLength(capsules));

test("of five the two who look have read each queue, and nothing else that they or the others ask for is registered", async () => {
  const tap = new CommandTap(proxy);
  await watchers.fleet(5, { way, port: proxy.port });
  await eventually(async () => expect(await registered()).toEqual({ keys: QUEUES, items: 2 * QUEUES }));
  tap.reset();

  // Leases are renewed, and asked for by who stands by; all queues are looked at once more.
  await eventually(() => {
    expect(tap.commands("evalsha").length).toBeGreaterThan(3);
    expect(tap.commands("mget").length).toBeGreaterThan(3);
    expect(tap.commands("exists").length).toBeGreaterThan(2);
  });

  expect(await registered()).toEqual({ keys: QUEUES, items: 2 * QUEUES });
});

test("who looks is told of what it asks to be told of, and who stands by of nothing", async () => {
  const [watchman, deputy, ...others] = await watchers.fleet(4, { way });
  if (!watchman || !deputy) throw new Error("Expected four.");
  // By a trial each has it on.
  await eventually(() =>
    expect(watchers.workers.messages().filter((line) => TELLS.test(line))).toHaveLength(4),
  );
  await untilTracked(2);

  expect(await trackingOf(watchman)).toEqual(["on", "optin"]);
  expect(await trackingOf(deputy)).toEqual(["on", "optin"]);
  for (const other of others) expect(await trackingOf(other)).toEqual(["off"]);
});

test("a push tells two, when each of four has watched the queue before", async () => {
  const listeners = new Set<Link>();
  const told: Link[] = [];
  proxy.replace((chunk, from, link) => {
    const text = chunk.toString("latin1");
    if (from === "client" && /subscribe\r\n/i.test(text)) listeners.add(link);
    if (from === "server" && listeners.has(link) && text.includes("queue:q9\r\n")) told.push(link);
    return chunk;
  });
  let isOver = false;
  // Those that last take the watch to the next one.
  const onUnit = (unit: UnitOfWork): void => {
    if (isOver) unit.acknowledge();
  };
  const all = await watchers.fleet(4, { way, port: proxy.port, concurrency: 100, onUnit });
  await eventually(async () => {
    await taken(await watchers.push("q2"), all);
    for (const { units } of all) expect(units.length).toBeGreaterThan(0);
  });
  isOver = true;
  for (const { units } of all) for (const unit of units) unit.acknowledge();
  await untilItStays();
  expect(await registered()).toMatchObject({ keys: QUEUES });
  expect(told).toEqual([]);

  await taken(await watchers.push("q9"), all);
  // What the proxy has written by then is read before the second answer.
  for (let i = 0; i < 2; i++) await watchers.redis.ping();

  expect(new Set(told).size).toBe(2);
});

test("who takes no more jobs is told of none, while its own go on", async () => {
  const one = await watchers.start({ way, onUnit: () => {} });
  await watchers.untilRegistered(QUEUES);
  await taken(await watchers.push(), [one]);

  const quiet = one.fetch.quiet();

  await eventually(async () => expect(await trackingOf(one)).toEqual(["off"]));
  for (const unit of one.units) unit.acknowledge();
  await quiet;
});

test("whom Redis tells nothing any more has it off on the connection by which it fetches", async () => {
  const one = await watchers.start({ way: "hybrid", port: proxy.port, queues: named(6) });
  await watchers.untilRegistered(4);
  proxy.replace((chunk, from) =>
    from === "server" && chunk.includes("invalidate\r\n*") ? undefined : chunk,
  );

  // One that comes while a look is under way needs no word.
  await eventually(async () => {
    await taken(await watchers.push("q5"), [one]);
    expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(TELLS_NOT));
  });

  await eventually(async () => expect(await trackingOf(one)).toEqual(["off"]));
});

test("a right that is missing to have Redis forget who is gone keeps nobody from being told", async () => {
  const tap = new CommandTap(proxy);
  tap.answer((name) => (name === "info" ? "-NOPERM no permissions to run 'info'\r\n" : undefined));

  const one = await watchers.start({ way, port: proxy.port });

  await watchers.untilRegistered(QUEUES);
  expect(await trackingOf(one)).toEqual(["on", "optin"]);
});
