/** Capsules with pads at two queues and a watch over the others: neither is in the other's way. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import { named, taken, Watchers } from "../support/watchers.ts";

let proxy: TcpProxy;

beforeEach(async () => {
  proxy = await TcpProxy.listen(watchers.server.port);
});
afterEach(() => proxy.stop());
// Last, so that its capsules leave while there is a proxy.
const watchers = new Watchers();

const way = "hybrid";
/** How a bell is rung (lua/core/ring.lua). */
const RINGS = new Set(["handOn", "giveBack", "takeOver", "pass"]);

test("jobs that come by a pad, and last, leave the watch with who has it", async () => {
  const tap = new CommandTap(proxy);
  const options = { way, port: proxy.port, queues: named(6), concurrency: 100, onUnit: () => {} } as const;
  const all = await watchers.fleet(3, options);
  await eventually(async () =>
    expect(await watchers.workers.connections(" cmd=blmove ")).toHaveLength(2 * all.length),
  );
  tap.reset();

  for (let i = 0; i < 60; i++) await taken(await watchers.push(`q${i % 2}`), all);

  // Redis serves first who has waited longest.
  for (const { units } of all) expect(units.length).toBeGreaterThan(0);
  expect(tap.commands("evalsha").flatMap((call) => call.filter((word) => RINGS.has(word)))).toEqual([]);
  expect([await watchers.watchman(), await watchers.deputy()]).toEqual([all[0], all[1]]);
});

test("one that is full by jobs of its pads gives the watch to another one", async () => {
  const all = await watchers.fleet(3, { way, queues: named(6), concurrency: 1, onUnit: () => {} });

  for (let i = 0; i < 3; i++) await taken(await watchers.push(i < 2 ? "q0" : "q5"), all);

  expect(all.map(({ units }) => units.length)).toEqual([1, 1, 1]);
});
