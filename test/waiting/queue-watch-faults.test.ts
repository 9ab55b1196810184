/** What may go wrong with a watch over queues: no job may wait for it while somebody is idle, and none be lost. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import type { Link } from "../support/proxy.ts";
import { taken, Watchers } from "../support/watchers.ts";

let proxy: TcpProxy;

beforeEach(async () => {
  proxy = await TcpProxy.listen(watchers.server.port);
});
afterEach(() => proxy.stop());
// Last, so that its capsules leave while there is a proxy.
const watchers = new Watchers();

const said = (pattern: RegExp): Promise<unknown> =>
  eventually(() => expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(pattern)));
const TELLS = /^Redis tells of jobs on 16 queues/;
const TELLS_NOT =
  /^Redis at \S+ does not tell of jobs on 16 queues \((.*)\)\. They are looked at ten times a second/;

/** How a bell is rung (lua/core/ring.lua). */
const RINGS = new Set(["handOn", "giveBack", "takeOver", "pass"]);

describe.each(["tracking", "polling", "hybrid"] as const)("a job of capsules that wait by %s", (way) => {
  test("is the deputy's when the watchman is dead", async () => {
    const [watchman, deputy, other] = await watchers.fleet(3, { way });
    if (!watchman || !deputy || !other) throw new Error("Expected three.");
    watchers.kill(watchman);

    const job = await watchers.push();

    expect([deputy, other]).toContain(await taken(job, [deputy, other]));
  });

  test("is another one's when both are dead, and the clock of the server was put back by an hour", async () => {
    const [watchman, deputy, other] = await watchers.fleet(3, { way });
    if (!watchman || !deputy || !other) throw new Error("Expected three.");
    for (const dead of [watchman, deputy]) watchers.kill(dead);
    for (const lease of await watchers.leases()) await watchers.redis.pexpire(lease, 3_600_000);

    const job = await watchers.push();

    await taken(job, [other]);
  });

  test("is the deputy's when the watchman hears and says nothing", async () => {
    const watchman = await watchers.start({ way, port: proxy.port });
    await eventually(async () => expect(await watchers.watchman()).toBe(watchman));
    const deputy = await watchers.start({ way });
    await eventually(async () => expect(await watchers.deputy()).toBe(deputy));
    proxy.sleep();

    await taken(await watchers.push(), [deputy]);

    proxy.wake();
    await taken(await watchers.push(), [deputy, watchman]);
  });

  test("is another one's when the watchman and its deputy are full, and the next one's to have room", async () => {
    const [first, second, third] = await watchers.fleet(3, { way, concurrency: 1, onUnit: () => {} });
    if (!first || !second || !third) throw new Error("Expected three.");
    const all = [first, second, third];
    for (let i = 0; i < 3; i++) await taken(await watchers.push(), all);
    expect(all.map(({ units }) => units.length)).toEqual([1, 1, 1]);
    const next = await watchers.push();

    second.units[0]?.acknowledge();

    expect(await taken(next, all)).toBe(second);
  });

  test("is taken when the leases end under their holders, or somebody writes into them", async () => {
    const all = await watchers.fleet(3, { way });

    for (let i = 0; i < 10; i++) {
      const leases = await watchers.leases();
      if (i % 2 === 0 && leases.length > 0) await watchers.redis.del(...leases);
      else
        for (const lease of leases)
          await watchers.redis.lpush(`${lease}x`, "x").then(() => watchers.redis.rename(`${lease}x`, lease));
      await taken(await watchers.push(), all);
    }

    expect(all.flatMap(({ texts }) => texts)).toHaveLength(10);
  });

  test("is taken when one is called who does not come", async () => {
    const all = await watchers.fleet(2, { way });
    const [watchman = ""] = (await watchers.leases()).filter((key) => !key.endsWith("deputy"));

    for (let i = 0; i < 3; i++) {
      await watchers.redis.set(watchman, "?");
      await taken(await watchers.push(), all);
    }
  });

  test("is taken after everything was deleted", async () => {
    const all = await watchers.fleet(2, { way });

    for (let i = 0; i < 5; i++) {
      await watchers.redis.flushall();
      await taken(await watchers.push(), all);
    }
  });

  test("is taken while connections are killed again and again, once each", async () => {
    const all = await watchers.fleet(2, { way });
    const jobs: string[] = [];

    for (let i = 0; i < 20; i++) {
      for (const id of await watchers.workers.connections(
        i % 3 === 0 ? "" : i % 3 === 1 ? " sub=1 " : " sub=0 ",
      ))
        await watchers.redis.client("KILL", "ID", id);
      jobs.push(await watchers.push());
    }

    for (const job of jobs) await taken(job, all);
    expect(all.flatMap(({ texts }) => texts)).toHaveLength(20);
  });
});

describe("a deputy that takes a job of a watchman who hears nothing", () => {
  let silent: TcpProxy;
  let tap: CommandTap;
  const rung = (): readonly string[] =>
    tap.commands("evalsha").flatMap((call) => call.filter((word) => RINGS.has(word)));

  beforeEach(async () => {
    silent = await TcpProxy.listen(watchers.server.port);
    tap = new CommandTap(proxy);
  });
  afterEach(() => silent.stop());

  /** Resolves when it has taken one that lasts. */
  const deputyTakes = async (): Promise<void> => {
    const watchman = await watchers.start({ way: "tracking", port: silent.port });
    await eventually(async () => expect(await watchers.watchman()).toBe(watchman));
    const onUnit = (): void => {};
    const deputy = await watchers.start({ way: "tracking", port: proxy.port, concurrency: 1, onUnit });
    // It has just begun to wait at the bell, and does so for more than a second.
    tap.reset();
    await eventually(() => expect(tap.commands("brpop")).not.toEqual([]), { everyMs: 2 });
    silent.sleep();
    await taken(await watchers.push(), [deputy]);
    watchers.kill(watchman);
  };

  test("is the watchman from then on, no more at the bell, and calls the next deputy", async () => {
    await deputyTakes();

    // Its job still runs a moment later: then it gives back what it has.
    await eventually(() => expect(rung()).toEqual(["takeOver", "giveBack"]));
    expect(tap.commands("client").filter(([, sub = ""]) => /unblock/i.test(sub))).not.toEqual([]);
  });

  test("calls the next one as well when the bell rings for itself", async () => {
    tap.answer((name, [sub = ""]) =>
      name === "client" && /unblock/i.test(sub) ? "-NOPERM no permissions\r\n" : undefined,
    );

    await deputyTakes();

    await eventually(() => expect(rung()).toContain("pass"));
  });
});

describe("Redis that is asked to tell of jobs", () => {
  test("and refuses is named once with what it says, and looked at", async () => {
    const tap = new CommandTap(proxy);
    tap.answer((name, [sub = ""]) =>
      name === "client" && sub.toLowerCase() === "tracking"
        ? "-ERR unknown subcommand 'TRACKING'.\r\n"
        : undefined,
    );
    const one = await watchers.start({ way: "tracking", port: proxy.port });

    await said(TELLS_NOT);
    await taken(await watchers.push(), [one]);

    expect(watchers.workers.messages()).toEqual([
      expect.stringContaining("(ERR unknown subcommand 'TRACKING'.)"),
    ]);
    expect(tap.commands("subscribe")).toHaveLength(1);
  });

  test("and tells nothing, for a proxy swallows it, is named so, and looked at", async () => {
    proxy.replace((chunk, from) =>
      from === "server" && chunk.includes("invalidate\r\n*") ? undefined : chunk,
    );
    const one = await watchers.start({ way: "tracking", port: proxy.port });

    await said(TELLS_NOT);
    await taken(await watchers.push(), [one]);

    expect(watchers.workers.messages()).toEqual([expect.stringContaining("and tells nothing")]);
  });

  test("and tells nothing any more is found out, and no job waits for it", async () => {
    const one = await watchers.start({ way: "tracking", port: proxy.port });
    await said(TELLS);
    await taken(await watchers.push(), [one]);
    proxy.replace((chunk, from) =>
      from === "server" && chunk.includes("invalidate\r\n*") ? undefined : chunk,
    );

    // One that comes while a look is under way needs no word.
    await eventually(async () => {
      await taken(await watchers.push(), [one]);
      expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(TELLS_NOT));
    });
  });

  test("and is slow to tell wakes all the same", async () => {
    const one = await watchers.start({ way: "tracking", port: proxy.port });
    await said(TELLS);
    proxy.delay(60);

    for (let i = 0; i < 5; i++) await taken(await watchers.push(), [one]);
  });

  test("and tells of a job before it answers that there was none wakes all the same", async () => {
    let reader: Link | undefined;
    let isHeld = false;
    const held: Buffer[] = [];
    const one = await watchers.start({ way: "tracking", port: proxy.port });
    // Its first look is over, which is at all of them.
    await watchers.untilRegistered(16);
    let told = (): void => {};
    const isTold = new Promise<void>((resolve) => (told = resolve));
    proxy.replace((chunk, from, link) => {
      if (
        from === "client" &&
        chunk.includes("CACHING\r\n$3\r\nYES\r\n*") &&
        chunk.includes("queue:q3\r\n")
      ) {
        reader ??= link;
      }
      if (from === "server" && link === reader && !isHeld) {
        held.push(chunk);
        return undefined;
      }
      // On the connection that listens.
      if (from === "server" && link !== reader && reader && chunk.includes("queue:q3")) told();
      return chunk;
    });
    await taken(await watchers.push("q3"), [one]);
    await eventually(() => expect(held).not.toEqual([]));

    const job = await watchers.push("q3");
    await isTold;
    isHeld = true;
    for (const chunk of held) reader?.answer(chunk);

    await taken(job, [one]);
  });
});
