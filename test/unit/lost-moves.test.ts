/** How long a move may still come by a connection that was lost, and what the server is asked for it. */
import type { Redis } from "@tsq/core/protocol";
import { ReplyError } from "ioredis";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LostMoves } from "../support/inside-worker.ts";

const HOUR_MS = 3_600_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** A pad's connection to a server that says where it sits, if it does, and to CLIENT KILL this. */
const connected = (refusals: { info?: string; kill?: string }) => {
  const kills: string[] = [];
  let seats = 0;
  const call = async (_client: string, sub: string, ...args: readonly string[]): Promise<unknown> => {
    if (sub === "KILL") kills.push(args[1] ?? "");
    const refusal = sub === "KILL" ? refusals.kill : refusals.info;
    if (refusal !== undefined) throw new ReplyError(refusal);
    return sub === "KILL" ? 1 : `id=${++seats} addr=127.0.0.1:${seats} laddr=127.0.0.1:6379`;
  };
  // It asks for nothing else.
  return { redis: { call } as unknown as Redis, kills };
};

test("a move by a connection that the server has ended is over", async () => {
  const { redis, kills } = connected({});
  const lost = new LostMoves();
  await lost.end(redis);
  lost.add();
  expect(lost.areThere).toBe(true);

  await lost.end(redis);

  expect(kills).toEqual(["1"]);
  expect(lost.areThere).toBe(false);
});

test.each(["NOPERM no permissions", "ERR unknown subcommand 'INFO'"])(
  "where the server does not say who sits where (%s), a move may come for an hour, and no longer",
  async (info) => {
    const { redis } = connected({ info });
    const lost = new LostMoves();
    await lost.end(redis);
    lost.add();
    await lost.end(redis);

    vi.advanceTimersByTime(HOUR_MS - 1);
    expect(lost.areThere).toBe(true);
    vi.advanceTimersByTime(1);

    expect(lost.areThere).toBe(false);
  },
);

test.each(["NOPERM no permissions", "ERR unknown subcommand 'KILL'", "ERR syntax error"])(
  "a server that ends no connection (%s) is asked once for each, and a move may come for an hour",
  async (kill) => {
    const { redis, kills } = connected({ kill });
    const lost = new LostMoves();
    await lost.end(redis);
    for (let losses = 1; losses <= 3; losses++) {
      lost.add();
      await lost.end(redis);
      vi.advanceTimersByTime(HOUR_MS / 2);
    }

    expect(kills).toEqual(["1", "2", "3"]);
    expect(lost.areThere).toBe(true);
    vi.advanceTimersByTime(HOUR_MS / 2);

    expect(lost.areThere).toBe(false);
  },
);

test.each(["BUSY Redis is busy running a script.", "NOAUTH Authentication required."])(
  "what is refused for a moment (%s) is asked again by the next connection",
  async (kill) => {
    const busy = connected({ kill });
    const lost = new LostMoves();
    await lost.end(busy.redis);
    lost.add();
    await lost.end(busy.redis);
    expect(lost.areThere).toBe(true);

    const { redis, kills } = connected({});
    await lost.end(redis);

    expect(kills).toEqual(["1"]);
    expect(lost.areThere).toBe(false);
  },
);
