/** What `tsq doctor` says of real servers that are not as they should be: clusters, replicas, TLS, ACLs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeCertificates } from "../support/certificates.ts";
import { beats, examined, told } from "../support/doctor.ts";
import { eventually } from "../support/eventually.ts";
import { hasNativeRedis, startNativeRedis } from "../support/native-redis.ts";
import type { NativeRedis } from "../support/native-redis.ts";
import { testNativeServer } from "../support/native-required.ts";

testNativeServer("what the doctor says of servers");

const start = async (
  args: readonly string[] | ((port: number) => readonly string[]) = [],
): Promise<NativeRedis> => {
  const folder = mkdtempSync(join(tmpdir(), "tsq-doctor-"));
  const server = await startNativeRedis((port) => [
    "--dir",
    folder,
    ...(typeof args === "function" ? args(port) : args),
  ]);
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return server;
};

const clientOf = ({ url }: NativeRedis): Redis => {
  const redis = new Redis(url);
  onTestFinished(() => redis.disconnect());
  return redis;
};

const replicaOf = (master: NativeRedis): Promise<NativeRedis> =>
  start(["--replicaof", `127.0.0.1 ${master.port}`]);

describe.skipIf(!hasNativeRedis())("the doctor", () => {
  test("says that a server is a cluster's, and that nothing of it was looked at", async () => {
    const { url } = await start(["--cluster-enabled", "yes"]);

    expect(await told("redis-connection", { url })).toEqual([
      expect.stringMatching(/^error Redis at \S+ runs in cluster mode, .* `cluster-enabled no`\.$/),
    ]);
    expect((await examined("redis-durability", { url })).notLooked).toEqual([
      { check: "redis-durability", reason: "Redis cannot be used" },
    ]);
  });

  test("says of a replica whose it is, and keeps still of its master while it keeps up", async () => {
    const master = await start();
    const replica = await replicaOf(master);

    await eventually(async () => {
      expect(await told("redis-connection", { url: replica.url })).toEqual([
        expect.stringMatching(
          new RegExp(`^error Redis at \\S+ is a read-only replica of 127\\.0\\.0\\.1:${master.port}\\.`),
        ),
      ]);
    });
    await eventually(async () =>
      expect(await clientOf(master).info("replication")).toMatch(/^slave0:.*state=online/m),
    );
    expect(await told("redis-durability", { url: master.url })).toEqual([]);
  });

  test("says of a master whose replica answers no more since when", async () => {
    const master = await start();
    const replica = await replicaOf(master);
    const redis = clientOf(master);
    await eventually(async () =>
      expect(await redis.info("replication")).toMatch(/^slave0:.*state=online.*lag=[01]\r?$/m),
    );
    const [, pid] = /^process_id:(\d+)/m.exec(await clientOf(replica).info("server")) ?? [];

    process.kill(Number(pid), "SIGSTOP");

    await eventually(
      async () =>
        expect(await told("redis-durability", { url: master.url })).toEqual([
          expect.stringMatching(
            new RegExp(
              `^warning The replica 127\\.0\\.0\\.1:${replica.port} is \`online\`, and was last heard of \\d+ s ago\\.$`,
            ),
          ),
        ]),
      { timeoutMs: 40_000 },
    );
  });

  test("says what is wrong with TLS", async () => {
    const own = makeCertificates();
    onTestFinished(() => own.remove());
    const files = [
      "--tls-cert-file",
      own.certFile,
      "--tls-key-file",
      own.keyFile,
      "--tls-ca-cert-file",
      own.caFile,
    ];
    const secure = await start((port) => [
      "--port",
      "0",
      "--tls-port",
      String(port),
      "--tls-auth-clients",
      "no",
      ...files,
    ]);
    const plain = await start();
    const withTls = ({ url }: NativeRedis): string => url.replace("redis:", "rediss:");

    expect(await told("redis-connection", { url: withTls(secure) })).toEqual([
      expect.stringMatching(
        /^error Redis at \S+ shows a certificate that is not trusted here .*NODE_EXTRA_CA_CERTS/,
      ),
    ]);
    expect(await told("redis-connection", { url: secure.url })).toEqual([
      expect.stringMatching(/^error Cannot reach Redis at .*write `rediss:\/\/`/),
    ]);
    expect(await told("redis-connection", { url: withTls(plain) })).toEqual([
      expect.stringMatching(/^error .*Does this port speak TLS\? Without it write `redis:\/\/`\.$/),
    ]);
  });

  describe("of the rights that a worker asks for at its start", () => {
    const SIX = ["a", "b", "c", "d", "e", "f"].map((name) => `-q ${name}`).join(" ");
    const procfile = (flags: string) => ({ Procfile: `worker: node_modules/.bin/tsq work ${flags}\n` });

    const asUser = async (...rules: readonly string[]): Promise<string> => {
      const server = await start();
      const user = ["on", ">password", "~*", "&*", "+@all", ...rules];
      await clientOf(server).acl("SETUSER", "web", ...user);
      return server.url.replace("redis://", "redis://web:password@");
    };

    test("one that it does without is a note", async () => {
      const url = await asUser("-client|unblock");

      expect(await told("redis-connection", { url })).toEqual([
        expect.stringMatching(/^note Redis at \S+ refuses CLIENT UNBLOCK to the user `web`: a stop takes /),
      ]);
    });

    test.for([
      [
        "tracking",
        "-q a",
        /^note .*refuses SUBSCRIBE to the user `web`: idle workers have a connection for each queue, or look .*`ACL SETUSER web ~\* \+subscribe &__redis__:invalidate`/,
      ],
      ["hybrid", SIX, /^note .*refuses SUBSCRIBE /],
    ] as const)(
      "those by which Redis tells of jobs are asked for, as a worker that waits by %s does (%s)",
      async ([way, flags, line]) => {
        const url = await asUser("resetchannels");

        const patient = { url, files: procfile(flags), env: { TSQ_WAITING: way } };
        expect(await told("redis-connection", patient)).toEqual([expect.stringMatching(line)]);
      },
    );

    test.for([
      ["pads", SIX],
      ["hybrid", "-q a"],
      ["polling", SIX],
      ["tracking", `${SIX} --fetch basic`],
    ] as const)("the channel is not asked for, where a worker waits by %s (%s)", async ([way, flags]) => {
      const url = await asUser("resetchannels");

      const patient = { url, files: procfile(flags), env: { TSQ_WAITING: way } };
      expect(await told("redis-connection", patient)).toEqual([]);
    });

    test("the option of a config file says so as well", async () => {
      const url = await asUser("resetchannels");
      const files = (waiting: string) => ({
        ...procfile(""),
        "config/sidekiq.yml": `:waiting: ${waiting}\n:queues: [a, b, c, d, e, f]\n`,
      });

      expect(await told("redis-connection", { url, files: files("pads") })).toEqual([]);
      expect(await told("redis-connection", { url, files: files("hybrid") })).toEqual([
        expect.stringMatching(/^note .*refuses SUBSCRIBE /),
      ]);
    });

    test("BRPOP is asked for with basic fetch, and is needed there", async () => {
      const url = await asUser("-brpop");

      expect(await told("redis-connection", { url, files: procfile("-q a") })).toEqual([]);
      expect(await told("redis-connection", { url, files: procfile("-q a --fetch basic") })).toEqual([
        expect.stringMatching(/^warning .*refuses BRPOP to the user `web`/),
      ]);
    });

    test("those of a worker that is alive are asked for without its project", async () => {
      const url = await asUser("resetchannels");
      const admin = new Redis(url.replace("web:password@", ""));
      onTestFinished(() => admin.disconnect());
      await beats(admin, { version: "tsq 0.1.0", queues: ["a", "b", "c", "d", "e", "f"] });
      const weights = [{ a: 0, b: 0, c: 0, d: 0, e: 0, f: 0 }];
      const info = JSON.parse((await admin.hget("web:1:abcdef", "info")) ?? "{}") as object;
      await admin.hset("web:1:abcdef", "info", JSON.stringify({ ...info, weights }));

      expect(await told("redis-connection", { url, env: { TSQ_WAITING: "hybrid" } })).toEqual([
        expect.stringMatching(/^note .*refuses SUBSCRIBE /),
      ]);
    });
  });

  test("names the right that a worker would lack, and to whom to give it", async () => {
    const server = await start();
    await clientOf(server).acl("SETUSER", "web", "on", ">password", "~*", "&*", "+@all", "-evalsha");
    const url = server.url.replace("redis://", "redis://web:password@");

    expect(await told("redis-connection", { url })).toEqual([
      expect.stringMatching(/^warning .*refuses EVALSHA to the user `web`.*`ACL SETUSER web .*\+evalsha`/),
    ]);
  });

  test.for([
    [
      "",
      /refuses EVAL, EXEC, UNLINK, .*HSET, .*LPUSH, .*ZADD, .*EVALSHA to the user `web`.*`ACL SETUSER web ~\* \+eval \+exec .*\+hset .*\+evalsha`\.$/,
    ],
    [
      "-multi",
      /refuses EVAL, MULTI, EXEC, EVALSHA to the user `web`.* It may refuse EXPIRE, .*HSET, .* as well: without MULTI nobody can ask\. Allow it in the ACL: `ACL SETUSER web ~\* \+eval \+multi \+exec \+evalsha .*\+hset .*`\.$/,
    ],
  ] as const)("names all at once to a user who may send no script either (%s)", async ([more, line]) => {
    const server = await start();
    const admin = clientOf(server);
    const rules = ["+@read", "+ping", "+info", "+select", "+client|id", "+multi", "+expire"];
    await admin.acl("SETUSER", "web", "on", ">password", "~*", ...rules, ...(more === "" ? [] : [more]));
    const url = server.url.replace("redis://", "redis://web:password@");

    expect(await told("redis-connection", { url })).toEqual([expect.stringMatching(line)]);
    expect(await admin.dbsize()).toBe(0);
  });
});
