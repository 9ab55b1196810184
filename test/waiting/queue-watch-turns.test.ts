/** Who leaves the watch over queues, or cannot come when it is called, says so to the next one. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Capsule } from "../support/capsule.ts";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import type { Link } from "../support/proxy.ts";
import { taken, Watchers } from "../support/watchers.ts";

let proxy: TcpProxy;
let tap: CommandTap;
/** In front of the other one. */
let holding: TcpProxy;

beforeEach(async () => {
  proxy = await TcpProxy.listen(watchers.server.port);
  tap = new CommandTap(proxy);
  holding = await TcpProxy.listen(proxy.port);
});
afterEach(async () => {
  await holding.stop();
  await proxy.stop();
});
// Last, so that its capsules leave while there are proxies.
const watchers = new Watchers();

const way = "tracking";

/** How the bell was rung (lua/core/ring.lua). */
const RINGS = new Set(["handOn", "giveBack", "takeOver", "pass"]);
const rung = (): readonly string[] =>
  tap.commands("evalsha").flatMap((call) => call.filter((word) => RINGS.has(word)));
const unblocks = (): number => tap.commands("client").filter(([, sub = ""]) => /unblock/i.test(sub)).length;

/** Resolves when it waits at the bell, and has just begun to: it does so for more than a second. */
const untilAtTheBell = async (): Promise<string> => {
  tap.reset();
  return eventually(
    () => {
      const [[, bell = ""] = []] = tap.commands("brpop");
      expect(bell).not.toBe("");
      return bell;
    },
    { everyMs: 2 },
  );
};

test("a watchman that is full gives its lease back, and calls the next one", async () => {
  const one = await watchers.start({ way, port: proxy.port, concurrency: 1, onUnit: () => {} });
  await eventually(async () => expect(await watchers.watchman()).toBe(one));
  await watchers.untilRegistered(16);
  tap.reset();

  await taken(await watchers.push(), [one]);

  await eventually(() => expect(rung()).toEqual(["giveBack"]));
});

test("a deputy whose watchman is dead is the watchman, and waits no more to be called", async () => {
  const watchman = await watchers.start({ way });
  await eventually(async () => expect(await watchers.watchman()).toBe(watchman));
  const deputy = await watchers.start({ way, port: proxy.port });
  await eventually(async () => expect(await watchers.deputy()).toBe(deputy));
  await untilAtTheBell();

  watchers.kill(watchman);
  await watchers.redis.del(...(await watchers.leases()).filter((key) => !key.endsWith(":deputy")));

  await eventually(async () => expect(await watchers.watchman()).toBe(deputy));
  await eventually(() => expect(unblocks()).toBe(1));
});

/** A deputy that is called while it asks for its seat, and gets no answer as long as `pause` or `leave` are tried. */
const calledInVain = async (): Promise<{ readonly deputy: Capsule; readonly release: () => void }> => {
  const watchman = await watchers.start({ way });
  await eventually(async () => expect(await watchers.watchman()).toBe(watchman));
  const deputy = await watchers.start({ way, port: holding.port });
  await eventually(async () => expect(await watchers.deputy()).toBe(deputy));
  const bell = await untilAtTheBell();
  let asking: Link | undefined;
  let isCalled = false;
  const held: Buffer[] = [];
  holding.replace((chunk, from, link) => {
    const text = chunk.toString("latin1");
    if (from === "client" && /evalsha\r\n/i.test(text) && text.includes(":deputy")) asking ??= link;
    if (from === "server" && link === asking) {
      held.push(chunk);
      return undefined;
    }
    if (from === "server" && text.includes(bell)) isCalled = true;
    return chunk;
  });
  await eventually(() => expect(asking).toBeDefined(), { everyMs: 2 });
  await watchers.redis.lpush(bell, "1");
  await eventually(() => expect(isCalled).toBe(true), { everyMs: 2 });
  // What the proxy has written by then is read before the second answer.
  for (let i = 0; i < 2; i++) await watchers.redis.ping();
  return {
    deputy,
    release: () => {
      holding.replace(undefined);
      for (const chunk of held) asking?.answer(chunk);
    },
  };
};

test("who is called and leaves other queues alone from now on calls the next one", async () => {
  const { deputy, release } = await calledInVain();

  deputy.fetch.pause(new Set(["q3"]));

  await eventually(() => expect(rung()).toContain("pass"));
  release();
});

test("who is called and stops calls the next one", async () => {
  const { deputy, release } = await calledInVain();

  const leaving = deputy.leave();

  await eventually(() => expect(rung()).toContain("pass"));
  release();
  await leaving;
});
