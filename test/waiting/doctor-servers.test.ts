/** What `tsq doctor` says of real servers that are not as they should be: clusters, replicas, TLS, ACLs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeCertificates } from "../support/certificates.ts";
import { examined, told } from "../support/doctor.ts";
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

  test("names the right that a worker would lack, and to whom to give it", async () => {
    const server = await start();
    await clientOf(server).acl("SETUSER", "web", "on", ">password", "~*", "&*", "+@all", "-evalsha");
    const url = server.url.replace("redis://", "redis://web:password@");

    expect(await told("redis-connection", { url })).toEqual([
      expect.stringMatching(/^warning .*refuses EVALSHA to the user `web`.*`ACL SETUSER web .*\+evalsha`/),
    ]);
  });
});
