/** The trial of whether Redis tells of jobs: what happens by chance is not said to be the server's, and nothing waits for it. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
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

const way = "tracking";
const TELLS = /^Redis tells of jobs on 16 queues/;
const TELLS_NOT = /^Redis at \S+ does not tell of jobs on 16 queues \((.*)\)\. They are looked at/;
const said = (pattern: RegExp, timeoutMs?: number): Promise<unknown> =>
  eventually(
    () => expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(pattern)),
    timeoutMs === undefined ? {} : { timeoutMs },
  );
const asks = (what: RegExp, chunk: Buffer): boolean => what.test(chunk.toString("latin1"));
const AT_TRACKING = /tracking\r\n\$2\r\non/i;

/** No connection is answered any more that is opened once one listens. */
const hangNewOnes = (): { readonly hung: ReadonlySet<Link> } => {
  const known = new Set<Link>();
  const hung = new Set<Link>();
  let isListening = false;
  proxy.replace((chunk, from, link) => {
    if (!isListening) known.add(link);
    if (from === "client" && asks(/subscribe\r\n/i, chunk)) isListening = true;
    if (known.has(link)) return chunk;
    hung.add(link);
    return undefined;
  });
  return { hung };
};

test("a master that has become a replica is not said to tell nothing, and is tried until it is none", async () => {
  const tap = new CommandTap(proxy);
  tap.answer((name) =>
    name === "set" ? "-READONLY You can't write against a read only replica.\r\n" : undefined,
  );
  await watchers.start({ way, port: proxy.port });
  await eventually(() => expect(tap.commands("set").length).toBeGreaterThan(2));

  tap.answer(() => undefined);

  await said(TELLS);
  expect(watchers.workers.messages()).toEqual([expect.stringMatching(TELLS)]);
});

test.each([
  ["CLIENT TRACKING", AT_TRACKING],
  ["SUBSCRIBE", /subscribe\r\n/i],
])("a connection that is closed once at %s is no reason to look", async (_, pattern) => {
  let times = 0;
  proxy.replace((chunk, from, link) => {
    if (from !== "client" || !asks(pattern, chunk) || times++ > 0) return chunk;
    link.cut();
    return undefined;
  });

  await watchers.start({ way, port: proxy.port });

  await said(TELLS);
  expect(watchers.workers.messages()).toEqual([expect.stringMatching(TELLS)]);
});

test("a connection that is closed once more, after Redis has told, is no reason either", async () => {
  let isDue = true;
  proxy.replace((chunk, from, link) => {
    if (from !== "client" || !asks(AT_TRACKING, chunk) || !isDue) return chunk;
    isDue = false;
    link.cut();
    return undefined;
  });
  await watchers.start({ way, port: proxy.port });
  await said(TELLS);

  isDue = true;
  proxy.cut();

  await eventually(() => expect(isDue).toBe(false));
  await eventually(async () => expect(await watchers.workers.connections(" flags=t ")).toHaveLength(1));
  expect(watchers.workers.messages().filter((line) => TELLS_NOT.test(line))).toEqual([]);
});

test("a listener that is at another server after a failover is one that is made anew, and nothing is said", async () => {
  const tap = new CommandTap(proxy);
  await watchers.start({ way, port: proxy.port });
  await said(TELLS);
  const listened = tap.commands("subscribe").length;
  let isElsewhere = true;
  tap.answer((name, [sub = "", on = ""]) => {
    if (!isElsewhere || name !== "client" || !/tracking/i.test(sub) || !/on/i.test(on)) return undefined;
    isElsewhere = false;
    return "-ERR The client ID you want redirect to does not exist\r\n";
  });
  // That of the fetch alone.
  for (const id of await watchers.workers.connections(" flags=t "))
    await watchers.redis.client("KILL", "ID", id);

  await eventually(() => expect(tap.commands("subscribe")).toHaveLength(listened + 1));
  await eventually(async () => expect(await watchers.workers.connections(" flags=t ")).toHaveLength(1));

  expect(watchers.workers.messages().filter((line) => TELLS_NOT.test(line))).toEqual([]);
});

test("a server that is reached by another connection is tried by that one, whatever the last one said", async () => {
  const tap = new CommandTap(proxy);
  tap.answer((name) => (name === "subscribe" ? "-NOPERM no permissions to access a channel\r\n" : undefined));
  await watchers.start({ way, port: proxy.port });
  await said(TELLS_NOT);
  tap.answer(() => undefined);

  proxy.cut();

  // By itself it is tried after half a minute.
  await said(TELLS, 20_000);
});

test("a network in which new connections hang ends in looking, and is named", async () => {
  hangNewOnes();

  // Long enough for nobody else to find out.
  const one = await watchers.start({ way, port: proxy.port, socketTimeout: 300_000 });

  await said(/cannot be asked/);
  expect(watchers.workers.messages()).toEqual([
    expect.stringContaining(
      "cannot be asked to tell of jobs on 16 queues (no connection could be opened for it). They are looked at",
    ),
  ]);
  await taken(await watchers.push(), [one]);
});

test("a capsule that stops while it is tried leaves no connection that is still being opened", async () => {
  const { hung } = hangNewOnes();
  // Nothing ends by its time.
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    const one = await watchers.start({ way, port: proxy.port, socketTimeout: 300_000 });
    await eventually(() => expect(hung.size).toBe(1));

    watchers.kill(one);

    await eventually(() => expect(proxy.open).toBe(0));
  } finally {
    vi.useRealTimers();
  }
});
