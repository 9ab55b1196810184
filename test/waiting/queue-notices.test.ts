/** Redis that tells of jobs, and what is between: whatever is lost, refused or never answered, jobs are taken, and it is said. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import type { Link } from "../support/proxy.ts";
import { named, taken, Watchers } from "../support/watchers.ts";

let proxy: TcpProxy;

beforeEach(async () => {
  proxy = await TcpProxy.listen(watchers.server.port);
});
afterEach(() => proxy.stop());
// Last, so that its capsules leave while there is a proxy.
const watchers = new Watchers();

const way = "tracking";
const said = (pattern: RegExp): Promise<unknown> =>
  eventually(() => expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(pattern)));
const TELLS = /^Redis tells of jobs on 16 queues/;
const TELLS_NOT = /^Redis at \S+ does not tell of jobs on 16 queues \((.*)\)\. They are looked at/;

/** Nothing is told from now on, and everything else passes. */
const swallowMessages = (): void =>
  proxy.replace((chunk, from) =>
    from === "server" && chunk.includes("invalidate\r\n*") ? undefined : chunk,
  );

test("a capsule that is never idle takes from its first queue a job that it was not told of", async () => {
  const { redis } = watchers;
  const one = await watchers.start({
    way,
    port: proxy.port,
    queues: named(16),
    concurrency: 1,
    // There always is another one.
    onUnit: (unit) => {
      const isBulk = unit.text.startsWith("bulk");
      void (isBulk ? redis.lpush("queue:q9", unit.text) : Promise.resolve()).finally(() =>
        unit.acknowledge(),
      );
    },
  });
  await watchers.untilRegistered(16);
  await redis.lpush("queue:q9", "bulk 1", "bulk 2", "bulk 3");
  await taken("bulk 3", [one]);
  swallowMessages();

  await taken(await watchers.push("q0"), [one]);

  await redis.del("queue:q9");
});

describe.each([
  ["CLIENT TRACKING", /tracking\r\n\$2\r\non/i],
  ["SUBSCRIBE", /subscribe\r\n/i],
])("at %s, a connection", (command, pattern) => {
  const atCommand = (act: (link: Link) => void): void => {
    const isMute = new Set<Link>();
    proxy.replace((chunk, from, link) => {
      if (from === "client" && pattern.test(chunk.toString("latin1"))) isMute.add(link);
      if (!isMute.has(link)) return chunk;
      act(link);
      return undefined;
    });
  };

  test("that is closed ends in looking, named once, and in no loop", async () => {
    atCommand((link) => link.cut());

    const one = await watchers.start({ way, port: proxy.port });
    for (let i = 0; i < 5; i++) await taken(await watchers.push(), [one]);
    await said(TELLS_NOT);
    const { accepted } = proxy;
    for (let i = 0; i < 5; i++) await taken(await watchers.push(), [one]);

    expect(watchers.workers.messages()).toEqual([
      expect.stringContaining(`(the connection was closed at ${command})`),
    ]);
    expect(proxy.accepted).toBe(accepted);
    expect(accepted).toBeLessThan(8);
  });

  test("that is never answered ends in looking, and is named once", async () => {
    atCommand(() => {});

    const one = await watchers.start({ way, port: proxy.port });
    for (let i = 0; i < 5; i++) await taken(await watchers.push(), [one]);
    await said(TELLS_NOT);
    await taken(await watchers.push(), [one]);

    expect(watchers.workers.messages()).toEqual([
      expect.stringContaining(`(${command} was not answered in time)`),
    ]);
  });
});

test("what a busy server refuses is not said to be about what Redis tells, and is tried again", async () => {
  const tap = new CommandTap(proxy);
  const one = await watchers.start({ way, port: proxy.port });
  await said(TELLS);
  await taken(await watchers.push(), [one]);
  const trials = (): number => tap.commands("client").filter(([, , on]) => on === "ON").length;
  const before = trials();
  tap.answer((name) => (name === "exists" ? "-BUSY Redis is busy running a script.\r\n" : undefined));
  await taken(await watchers.push(), [one]);

  await eventually(() => expect(trials()).toBeGreaterThan(before + 1));
  tap.answer(() => undefined);

  await eventually(async () => expect(await watchers.workers.connections(" flags=t ")).toHaveLength(1));
  expect(watchers.workers.messages()).toEqual([expect.stringMatching(TELLS)]);
});

test("a capsule that may not agree with others on who looks is named, and takes jobs", async () => {
  const tap = new CommandTap(proxy);
  tap.answer((name, args) =>
    name === "evalsha" && args.some((word) => /^tsq:watch:.*:deputy$/.test(word))
      ? "-NOPERM this user has no permissions to run the 'mget' command\r\n"
      : undefined,
  );

  const one = await watchers.start({ way, port: proxy.port });
  await taken(await watchers.push(), [one]);

  await eventually(() => expect(one.failures.map(String)).toEqual([expect.stringContaining("'mget'")]));
});

test("a capsule that may not wait at the bell is named", async () => {
  const tap = new CommandTap(proxy);
  tap.answer((name) => (name === "brpop" ? "-NOPERM no permissions to run 'brpop'\r\n" : undefined));
  await watchers.fleet(1, { way });

  const second = await watchers.start({ way, port: proxy.port });

  await eventually(() => expect(second.failures.map(String)).toEqual([expect.stringContaining("'brpop'")]));
});

test("who stands by looks at the leases of others now and then, and runs no script", async () => {
  const tap = new CommandTap(proxy);
  await watchers.fleet(2, { way });
  await watchers.start({ way, port: proxy.port });
  await eventually(() => expect(tap.commands("brpop")).not.toEqual([]));
  tap.reset();

  await eventually(() => expect(tap.commands("mget").length).toBeGreaterThan(1));

  expect(tap.commands("evalsha")).toEqual([]);
});

test("only those are told who look: who stands by turns it off", async () => {
  await watchers.fleet(3, { way });

  await eventually(async () => {
    expect(await watchers.workers.connections(" flags=t ")).toHaveLength(2);
    expect(await watchers.workers.connections(" cmd=brpop ")).toHaveLength(2);
  });
});

test("a listener whose connection alone is silent is noticed, and another one listens", async () => {
  const listeners = new Set<Link>();
  let isSilent = false;
  proxy.replace((chunk, from, link) => {
    if (from === "client" && /subscribe\r\n/i.test(chunk.toString("latin1")) && !isSilent)
      listeners.add(link);
    return isSilent && listeners.has(link) ? undefined : chunk;
  });
  await watchers.start({ way, port: proxy.port, socketTimeout: 500 });
  await watchers.untilRegistered(16);
  const { accepted } = proxy;

  isSilent = true;

  // The connection of the listener, and of the trial that follows.
  await eventually(() => expect(proxy.accepted).toBeGreaterThanOrEqual(accepted + 2));
});

test("who may not listen asks again at one time only, however often the connection was lost", async () => {
  const timers = vi.spyOn(globalThis, "setTimeout");
  const cleared = vi.spyOn(globalThis, "clearTimeout");
  const tap = new CommandTap(proxy);
  tap.answer((name) => (name === "subscribe" ? "-NOPERM no permissions to access a channel\r\n" : undefined));
  const one = await watchers.start({ way, port: proxy.port });
  await said(TELLS_NOT);

  for (let i = 0; i < 4; i++) {
    proxy.cut();
    await taken(await watchers.push(), [one]);
  }

  const ended = new Set(cleared.mock.calls.map(([timer]) => timer));
  const later = timers.mock.results.filter((_, i) => timers.mock.calls[i]?.[1] === 30_000);
  vi.restoreAllMocks();
  expect(later.filter(({ value }) => !ended.has(value as NodeJS.Timeout))).toHaveLength(1);
  // Once for each connection.
  expect(tap.commands("subscribe").length).toBeLessThanOrEqual(5);
});

test("a capsule that is ended in the middle of a look sets no timer", async () => {
  const asked: Link[] = [];
  const one = await watchers.start({ way: "polling", port: proxy.port });
  await taken(await watchers.push(), [one]);
  proxy.replace((chunk, from, link) => {
    if (from === "client" && chunk.includes("exists\r\n")) asked.push(link);
    return from === "server" && asked.includes(link) ? undefined : chunk;
  });
  await eventually(() => expect(asked).not.toEqual([]));
  const timers = vi.spyOn(globalThis, "setTimeout");

  watchers.kill(one);
  await eventually(() => expect(proxy.open).toBe(0));

  const after = timers.mock.calls.filter(([, ms]) => ms === 1_000);
  timers.mockRestore();
  expect(after).toEqual([]);
});
