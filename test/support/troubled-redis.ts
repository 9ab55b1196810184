/** A server that serves well while somebody looks and is asked, and begins to refuse, or loses an answer, when they say yes. */
import type { Redis } from "ioredis";
import { afterEach, beforeAll } from "vitest";
import { requestOf } from "./command-tap.ts";
import type { EmptyRedis } from "./empty-redis.ts";
import { freePort } from "./free-port.ts";
import { TcpProxy } from "./proxy.ts";
import type { Link } from "./proxy.ts";
import { endOfReply } from "./resp-reply.ts";

export const REFUSALS = ["full", "replica", "forbidden"] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface Trouble {
  /** Of the Redis for whoever is to have it. */
  readonly url: string;
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
}

const USER = "door";

/** Each by its name, from the first test on, of a server that is a real one; it ends with each test. */
export const setRefusals = (stage: EmptyRedis): ((name: Refusal) => Trouble) => {
  let troubles: Readonly<Record<Refusal, Trouble>>;
  beforeAll(async () => {
    troubles = {
      full: fullOf(stage),
      replica: replicaOf(stage),
      forbidden: await forbiddenOf(stage),
    };
  });
  afterEach(async () => {
    for (const name of REFUSALS) await troubles[name].end();
  });
  return (name) => troubles[name];
};

/** From the first test on. */
export const setLostAnswer = (stage: EmptyRedis): (() => Trouble) => {
  let trouble: Trouble;
  beforeAll(async () => {
    const proxy = await TcpProxy.listen(stage.server.port);
    trouble = lostOf(proxy);
    return () => proxy.stop();
  });
  afterEach(() => trouble.end());
  return () => trouble;
};

const fullOf = ({ server: { url }, redis }: EmptyRedis): Trouble => ({
  url,
  begin: () => set(redis, "maxmemory", "1"),
  end: () => set(redis, "maxmemory", "0"),
});

const set = async (redis: Redis, name: string, value: string): Promise<void> => {
  await redis.config("SET", name, value);
};

/** Its primary is nowhere: it keeps what it has. */
const replicaOf = ({ server: { url }, redis }: EmptyRedis): Trouble => ({
  url,
  begin: async () => void (await redis.call("REPLICAOF", "127.0.0.1", String(await freePort()))),
  end: async () => void (await redis.call("REPLICAOF", "NO", "ONE")),
});

/** Who may look, and write into the audit trail, and nothing else any more. */
const forbiddenOf = async ({ server, redis }: EmptyRedis): Promise<Trouble> => {
  await redis.acl("SETUSER", USER, "reset", "on", ">password", "~*", "&*", "+@all");
  return {
    url: `redis://${USER}:password@127.0.0.1:${server.port}/0`,
    begin: async () => void (await redis.acl("SETUSER", USER, "-@write", "+xadd", "+xtrim", "+expire")),
    end: async () => void (await redis.acl("SETUSER", USER, "+@all")),
  };
};

const DEED = /^(?:evalsha|eval|sadd|srem|zrem|lrem)$/;

/** What was asked on a connection and is not answered yet: whether each is a deed. */
interface Asked {
  unread: Buffer;
  unheard: Buffer;
  readonly areDeeds: boolean[];
}

/** The first deed reaches the server, its answer nobody, and who has asked for it is cut off and may come again. */
const lostOf = (proxy: TcpProxy): Trouble => {
  const links = new WeakMap<Link, Asked>();
  let isLost = false;
  proxy.replace((chunk, from, link) => {
    const asked = links.get(link) ?? { unread: Buffer.alloc(0), unheard: Buffer.alloc(0), areDeeds: [] };
    links.set(link, asked);
    if (from === "client") {
      asked.unread = Buffer.concat([asked.unread, chunk]);
      for (let one = requestOf(asked.unread); one; one = requestOf(asked.unread)) {
        asked.areDeeds.push(DEED.test((one.command[0] ?? "").toLowerCase()));
        asked.unread = asked.unread.subarray(one.length);
      }
      return chunk;
    }
    asked.unheard = Buffer.concat([asked.unheard, chunk]);
    for (let end = endOfReply(asked.unheard); end !== undefined; end = endOfReply(asked.unheard)) {
      const isDeed = asked.areDeeds.shift() ?? false;
      // A script that the server did not know it gets now.
      const isDone = !asked.unheard.toString("latin1", 0, end).startsWith("-NOSCRIPT");
      asked.unheard = asked.unheard.subarray(end);
      if (!isDeed || !isDone || !isLost) continue;
      isLost = false;
      link.cut();
      return undefined;
    }
    return chunk;
  });
  return {
    url: proxy.url,
    begin: async () => void (isLost = true),
    end: async () => void (isLost = false),
  };
};
