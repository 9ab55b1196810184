/** What happens to an arena, one thing at a time, each with its lines in the history. They heal by themselves. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { eventually } from "../eventually.ts";
import type { Arena } from "./arena.ts";
import { monotonicMs } from "./history.ts";
import { insist } from "./insist.ts";
import type { WorkerProcess } from "./worker-process.ts";

const LANDING_MS = 150;

export type Fault = (arena: Arena) => Promise<void>;

/** kill -9 of a worker; another takes its place. */
export const killWorker: Fault = async (arena) => {
  const victim = await arena.victim();
  arena.spawn();
  await victim.kill9();
};

/** TERM; another takes its place, and the old one ends when it likes. */
export const stopWorker: Fault = async (arena) => {
  const victim = await arena.victim();
  arena.spawn();
  await victim.stop();
};

/** SIGSTOP until its lease is over and its jobs are others', then SIGCONT. */
export const freezeWorker: Fault = async (arena) => {
  const victim = await arena.victim();
  await victim.up().catch(() => {});
  if (victim.hasEnded) return;
  victim.freeze();
  await landOnPads(arena, victim);
  await loseLease(arena, victim);
  await thaw(arena, victim);
};

/** Gives the moves that wait for a frozen worker time to be served: the jobs are on its pads then, and nowhere else. */
export async function landOnPads(arena: Arena, worker: WorkerProcess): Promise<void> {
  await sleep(LANDING_MS);
  let jobs = 0;
  for (const key of await insist(() => arena.redis.keys(`tsq:pad:${worker.identity ?? "?"}~*`)))
    if ((await insist(() => arena.redis.type(key))) === "list")
      jobs += await insist(() => arena.redis.llen(key));
  if (jobs > 0) arena.history.note({ kind: "landed", at: monotonicMs(), pid: worker.pid, jobs });
}

/** Continues it. Its beat is long overdue after a minute and comes at once; after a test's second it is not. */
export async function thaw(arena: Arena, worker: WorkerProcess): Promise<void> {
  arena.takeForAlive(worker);
  if (worker.identity) await arena.beatFor(worker.identity);
  worker.thaw();
}

/** Resolves when the worker's jobs have been rescued. */
export async function loseLease(arena: Arena, worker: WorkerProcess): Promise<void> {
  // A blocked pop ends after five seconds, long before the minute of a lease: nothing lands on a pad of the dead.
  for (const line of String(await insist(() => arena.redis.client("LIST"))).split("\n")) {
    const id = /^id=(\d+) .* cmd=blmove /.exec(line)?.[1];
    if (id) await insist(() => arena.redis.client("UNBLOCK", id));
  }
  arena.takeForDead(worker);
  await eventually(
    async () => {
      const owners = await arena.redis.hkeys("tsq:owners");
      expect(owners.filter((owner) => owner.startsWith(`${worker.identity ?? "?"}~`))).toEqual([]);
    },
    { timeoutMs: 30_000 },
  );
}

/** A fault between some and Redis: it is written down as an outage, and jobs fail in it. */
const away =
  (of: "everyone" | "workers", fault: Fault): Fault =>
  async (arena) => {
    await arena.runFailing();
    const at = monotonicMs();
    await fault(arena);
    arena.history.note({ kind: "outage", at, until: monotonicMs(), of });
  };

/** As long as connections take to be there again: whoever fails before that has nobody to tell. */
const untilBack = (arena: Arena): Promise<void> => sleep(arena.chance.between(100, 400));

export const restartRedis: Fault = async (arena) => {
  await arena.runFailing();
  await arena.restartRedis({ awayMs: arena.chance.between(0, 500) });
};

export const flushScripts: Fault = async (arena) => {
  await insist(() => arena.redis.script("FLUSH"));
};

/** Every connection but the harness's own, the driver's too. */
export const killConnections = away("everyone", async (arena) => {
  await insist(() => arena.redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
  await untilBack(arena);
});

export const pauseClients = away("workers", async (arena) => {
  const ms = arena.chance.between(200, 1_500);
  await insist(() => arena.redis.client("PAUSE", ms));
  await sleep(ms);
});

/** Full: pushes are refused, and what is there can be worked off. */
export const fillMemory = away("workers", async (arena) => {
  await insist(() => arena.redis.config("SET", "maxmemory", "1"));
  await sleep(arena.chance.between(500, 2_000));
  await insist(() => arena.redis.config("SET", "maxmemory", "0"));
});

/** A script that does not end: everybody else is told BUSY, until it is killed. */
export const occupyRedis = away("workers", async (arena) => {
  await insist(() => arena.redis.config("SET", "busy-reply-threshold", "50"));
  const busy = arena.server.client({ maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false });
  const ended = busy.eval("while true do end", 0).catch(() => {});
  await sleep(arena.chance.between(200, 1_000));
  await eventually(async () => {
    const answer = await arena.redis.call("SCRIPT", "KILL").catch((error: Error) => error.message);
    // It cannot be killed before the threshold has passed, and there is none after a restart.
    expect(answer).toMatch(/^OK|^NOTBUSY/);
  });
  busy.disconnect();
  await ended;
});

export const cutNetwork = away("workers", async (arena) => {
  arena.network.cut();
  await untilBack(arena);
});

/** Nothing passes for a while, then all of it. */
export const hangNetwork = away("workers", async (arena) => {
  arena.network.sleep();
  await sleep(arena.chance.between(500, 3_000));
  arena.network.wake();
});

export const delayNetwork = away("workers", async (arena) => {
  arena.network.delay(200);
  await sleep(3_000);
  arena.network.delay(0);
});

export const dripNetwork = away("workers", async (arena) => {
  arena.rough.drip(true);
  await sleep(2_000);
  arena.rough.drip(false);
});

/** The workers' ends are reset, and Redis goes on serving who is gone. */
export const halfOpenNetwork = away("workers", async (arena) => {
  arena.rough.loseClients();
  await sleep(arena.chance.between(500, 2_000));
  arena.rough.heal();
});

// What a connection may be silent, and what an idle one needs to notice that: its next command.
const GIVEN_UP_WITHIN_MS = 12_000;

/** What the workers' connections carry goes nowhere, and nobody is told; new connections work. */
export const swallowNetwork = away("workers", async (arena) => {
  // Beside other faults there may be none for a moment.
  await eventually(() => expect(arena.rough.loseServers()).toBeGreaterThan(0));
  await sleep(GIVEN_UP_WITHIN_MS);
});
