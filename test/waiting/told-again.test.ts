/** A hybrid that has pads where Redis told nothing tries it again, less and less often, and gives them up when it tells. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Capsule } from "../support/capsule.ts";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import type { Link } from "../support/proxy.ts";
import { named, taken, Watchers } from "../support/watchers.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LOOK_MS = 10_000;
const PAUSES_MS = [MINUTE_MS, 10 * MINUTE_MS, HOUR_MS];
const QUEUES = 6;
const PADS = 2;
const TELLS = /^Redis tells of jobs on 4 queues/;

let proxy: TcpProxy;
let tap: CommandTap;
/** What has been put off for so long, in its order; none rings by itself. */
let later: { readonly ms: number; readonly ring: () => void }[];
/** The same of looks at pads that are given up. */
let looks: (() => void)[];

beforeEach(async () => {
  proxy = await TcpProxy.listen(watchers.server.port);
  tap = new CommandTap(proxy);
  later = [];
  looks = [];
  const { setTimeout } = globalThis;
  const keptBack = (act: () => void, ms = 0): NodeJS.Timeout => {
    const timer = setTimeout(act, ms);
    if (![...PAUSES_MS, LOOK_MS].includes(ms)) return timer;
    clearTimeout(timer);
    if (ms === LOOK_MS) looks.push(act);
    else later.push({ ms, ring: act });
    return timer;
  };
  vi.spyOn(globalThis, "setTimeout").mockImplementation(keptBack);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await proxy.stop();
});
// Last, so that its capsules leave while there is a proxy.
const watchers = new Watchers();

/** The connections at which a move waits, by the keys of their queues. */
const padOf = new Map<string, Link>();
const telling = (isTelling: boolean, endsConnections = true): void =>
  tap.answer((name, [first = ""], link) => {
    if (name === "blmove") padOf.set(first, link);
    if (name === "client" && /^(?:info|kill)$/i.test(first) && !endsConnections)
      return "-NOPERM no permissions\r\n";
    const isAsked = name === "client" && /tracking/i.test(first);
    return isAsked && !isTelling ? "-ERR unknown subcommand 'TRACKING'.\r\n" : undefined;
  });
const waiting = (): Promise<readonly string[]> => watchers.workers.connections(" cmd=blmove ");
const untilPadded = (pads: number): Promise<unknown> =>
  eventually(async () => expect(await waiting()).toHaveLength(pads));
const untilTriedLater = (times: number): Promise<unknown> =>
  eventually(() => expect(later).toHaveLength(times));

/** Resolves when it waits by a pad for each queue. */
const untold = async (): Promise<Capsule> => {
  telling(false);
  const one = await watchers.start({ way: "hybrid", port: proxy.port, queues: named(QUEUES) });
  await untilTriedLater(1);
  await untilPadded(QUEUES);
  return one;
};

test("who has pads since Redis did not answer once has two again, a minute later", async () => {
  const one = await untold();
  telling(true);

  later[0]?.ring();

  await eventually(() => expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(TELLS)));
  await untilPadded(PADS);
  for (const queue of named(QUEUES)) await taken(await watchers.push(queue), [one]);
  // The fetch connection, the pads, and that on which Redis tells.
  await eventually(async () => expect(await watchers.workers.connections()).toHaveLength(1 + PADS + 1));
  expect(await watchers.watchman()).toBe(one);
});

test("where Redis never tells it is tried after a minute, then ten, then each hour, and the pads stay", async () => {
  const one = await untold();
  const { accepted } = proxy;
  const before = await waiting();

  for (let tries = 1; tries <= 3; tries++) {
    later[tries - 1]?.ring();
    await untilTriedLater(tries + 1);
  }

  expect(later.map(({ ms }) => ms)).toEqual([...PAUSES_MS, HOUR_MS]);
  await taken(await watchers.push("q5"), [one]);
  await untilPadded(QUEUES);
  expect((await waiting()).toSorted()).toEqual(before.toSorted());
  expect(await watchers.leases()).toEqual([]);
  // That which listens, and that of the trial.
  expect(proxy.accepted).toBe(accepted + 3 * 2);
  expect(watchers.workers.messages()).toEqual([expect.stringContaining("It is tried again in a minute")]);
});

test("who is told nothing again soon after it was told waits longer before the next trial", async () => {
  const one = await untold();
  telling(true);
  later[0]?.ring();
  await untilPadded(PADS);

  telling(false);
  proxy.cut();
  await untilTriedLater(2);

  expect(later[1]?.ms).toBe(10 * MINUTE_MS);
  await untilPadded(QUEUES);
  for (const queue of named(QUEUES)) await taken(await watchers.push(queue), [one]);
});

test("a watch that cannot agree with others is named, and the next one anew, when the first was given up in between", async () => {
  const one = await untold();
  const answers = (isTelling: boolean): void =>
    tap.answer((name, args) => {
      if (name === "evalsha" && args.some((word) => /^tsq:watch:.*:deputy$/.test(word)))
        return "-NOPERM no\r\n";
      const isAsked = name === "client" && /tracking/i.test(args[0] ?? "");
      return isAsked && !isTelling ? "-ERR unknown subcommand 'TRACKING'.\r\n" : undefined;
    });
  const isNamed = (times: number): Promise<unknown> =>
    eventually(() => expect(one.failures.map(String)).toEqual(Array(times).fill("ReplyError: NOPERM no")));
  answers(true);
  later[0]?.ring();
  await isNamed(1);

  answers(false);
  proxy.cut();
  await untilTriedLater(2);
  answers(true);
  later[1]?.ring();

  await isNamed(2);
});

test("a job that comes to a pad in the moment in which that is given up is run, when its connection is lost as well", async () => {
  const one = await untold();
  telling(true);
  const spare = named(QUEUES)
    .slice(PADS)
    .map((queue) => padOf.get(`queue:${queue}`));
  expect(spare).not.toContain(undefined);
  proxy.replace((chunk, from, link) => (from === "server" && spare.includes(link) ? undefined : chunk));
  const job = await watchers.push("q5");

  later[0]?.ring();
  await eventually(() => expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(TELLS)));
  proxy.replace(undefined);
  for (const link of spare) link?.cut();

  await taken(job, [one]);
  await untilPadded(PADS);
  expect(one.texts).toEqual([job]);
});

/** Where Redis ends no connection, it is told again after a connection of each pad of the others was lost. */
const toldWithLateMoves = async (): Promise<Capsule> => {
  const one = await untold();
  telling(false, false);
  const links = spare.map((queue) => padOf.get(`queue:${queue}`));
  for (const link of links) link?.cut();
  await eventually(() => spare.forEach((queue, i) => expect(padOf.get(`queue:${queue}`)).not.toBe(links[i])));
  telling(true, false);
  later[0]?.ring();
  await eventually(() => expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(TELLS)));
  await eventually(async () => expect(await watchers.workers.connections(" flags=b ")).toHaveLength(PADS));
  await eventually(async () => expect(await watchers.workers.connections()).toHaveLength(1 + QUEUES + 1));
  return one;
};
const spare = named(QUEUES).slice(PADS);
const padKey = (one: Capsule, queue: string): string => `tsq:pad:${one.identity}~default:${queue}`;

test("pads to which a lost move may still bring a job are looked at until that is over, and closed at a stop", async () => {
  const one = await toldWithLateMoves();
  await watchers.redis.lpush(padKey(one, "q5"), "late");

  await eventually(() => {
    looks.at(-1)?.();
    expect(one.texts).toEqual(["late"]);
  });

  await one.fetch.stop();
  expect((await watchers.redis.keys("tsq:pad:*")).toSorted()).toEqual(
    spare.map((queue) => padKey(one, queue)),
  );
});

test("after an hour no lost move brings a job any more: the pads go, and a stop leaves nothing", async () => {
  const one = await toldWithLateMoves();
  const { performance } = globalThis;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + HOUR_MS);

  await eventually(async () => {
    looks.at(-1)?.();
    expect(await watchers.workers.connections()).toHaveLength(1 + PADS + 1);
  });

  for (const queue of named(QUEUES)) await taken(await watchers.push(queue), [one]);
  await one.fetch.stop();
  expect(await watchers.redis.keys("tsq:pad:*")).toEqual([]);
});

test("a capsule that stops in the middle of a second trial leaves no connection and no time for a third", async () => {
  const one = await untold();
  proxy.replace((chunk, from) =>
    from === "client" && /subscribe\r\n/i.test(chunk.toString("latin1")) ? undefined : chunk,
  );
  const { accepted } = proxy;
  later[0]?.ring();
  await eventually(() => expect(proxy.accepted).toBeGreaterThan(accepted));

  await one.leave();

  await eventually(() => expect(proxy.open).toBe(0));
  expect(later).toHaveLength(1);
});

test("a capsule that is quiet listens no more, and finds out nothing that would open a pad for each queue", async () => {
  const one = await watchers.start({ way: "hybrid", port: proxy.port, queues: named(QUEUES) });
  await eventually(() => expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(TELLS)));
  await untilPadded(PADS);
  telling(false);

  await one.fetch.quiet();
  await eventually(async () => expect(await watchers.workers.connections()).toHaveLength(1 + PADS));
  const { accepted } = proxy;
  proxy.cut();
  await eventually(() => expect(proxy.accepted).toBe(accepted + 1 + PADS));
  await eventually(async () => expect(await watchers.workers.connections()).toHaveLength(1 + PADS));

  expect(later).toEqual([]);
});
