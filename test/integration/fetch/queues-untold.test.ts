/** A hybrid where Redis does not tell of jobs: few queues are waited at as ever, and of many it is looked. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { named, taken, Watchers } from "../../support/watchers.ts";
import type { Capsule } from "../../support/capsule.ts";

let proxy: TcpProxy;

beforeEach(async () => {
  proxy = await TcpProxy.listen(watchers.server.port);
  new CommandTap(proxy).answer((name, [sub = ""]) =>
    name === "client" && /tracking/i.test(sub) ? "-ERR unknown subcommand 'TRACKING'.\r\n" : undefined,
  );
});
afterEach(() => proxy.stop());
// Last, so that its capsules leave while there is a proxy.
const watchers = new Watchers();

const untilPadded = (pads: number): Promise<unknown> =>
  eventually(async () => expect(await watchers.workers.connections(" flags=b ")).toHaveLength(pads));
const said = (pattern: RegExp): Promise<unknown> =>
  eventually(() => expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(pattern)));
const start = (queues: number, more: object = {}): Promise<Capsule> =>
  watchers.start({ way: "hybrid", port: proxy.port, queues: named(queues), ...more });

test("of sixteen queues each gets a pad, nobody looks any more, and it is said once", async () => {
  const one = await start(16);
  await untilPadded(16);

  for (const queue of named(16)) await taken(await watchers.push(queue), [one]);

  expect(one.texts).toHaveLength(16);
  // The fetch connection and the pads.
  await eventually(async () => expect(await watchers.workers.connections()).toHaveLength(1 + 16));
  expect(await watchers.leases()).toEqual([]);
  expect(watchers.workers.messages()).toEqual([
    expect.stringMatching(
      /^Redis at \S+ does not tell of jobs on 14 queues \(ERR unknown subcommand 'TRACKING'\.\)\. Each has a connection of its own\. It is tried again in a minute, then in ten, and then once an hour\.$/,
    ),
  ]);
  await one.leave();
  expect(await watchers.workers.leftovers()).toEqual([]);
});

test("of seventeen two have a pad, and the others are looked at", async () => {
  const one = await start(17);

  await said(/does not tell of jobs on 15 queues \(.*\)\. They are looked at ten times a second\.$/);
  for (const queue of ["q0", "q16"]) await taken(await watchers.push(queue), [one]);

  await untilPadded(2);
});

test("a queue that got its pad late is paused like any other, and its jobs have the order of their queues", async () => {
  const one = await start(6, { concurrency: 1, onUnit: () => {} });
  await untilPadded(6);
  one.fetch.pause(new Set(["q4"]));
  await untilPadded(5);
  const paused = await watchers.push("q4");
  await taken(await watchers.push("q5"), [one]);
  const later = await watchers.push("q5");
  one.fetch.pause(new Set());

  for (let i = 1; i <= 2; i++) {
    one.units.at(-1)?.acknowledge();
    await eventually(() => expect(one.units).toHaveLength(i + 1));
  }

  expect(one.texts.slice(1)).toEqual([paused, later]);
});

test("those that are told elsewhere and those that wait by pads take from the same queues, each job once", async () => {
  const told = await watchers.start({ way: "hybrid", queues: named(16) });
  const untold = await start(16);
  await untilPadded(2 + 16);

  for (let i = 0; i < 32; i++) await taken(await watchers.push(`q${i % 16}`), [told, untold]);

  expect([...told.texts, ...untold.texts]).toHaveLength(32);
});
