/** Connections that are no plain TCP: TLS, with and without what it takes, and the socket of a file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, defineJob, RedisUnusableError } from "@tsq/core";
import type { RedisTarget } from "@tsq/core";
import { checkServer } from "@tsq/core/protocol";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { makeCertificates } from "../../support/certificates.ts";
import type { Certificates } from "../../support/certificates.ts";
import { eventually } from "../../support/eventually.ts";
import { hasNativeRedis, startNativeRedis } from "../../support/native-redis.ts";
import type { NativeRedis } from "../../support/native-redis.ts";
import { testNativeServer } from "../../support/native-required.ts";
import { application, startTsqCommand, tsq } from "../../support/tsq-command.ts";
import { startTsq } from "../../support/tsq-worker.ts";

testNativeServer("connections by TLS and by the socket of a file");
const describeNative = describe.skipIf(!hasNativeRedis());

const push = async (redis: RedisTarget): Promise<unknown> => {
  const client = new Client({ redis });
  onTestFinished(() => client.close());
  return client.push({ class: "HardJob", args: [] });
};

const JOBS = `
import { defineJob } from "tsq";
export const hard = defineJob("HardJob", async (job, again) => { if (again) await hard.performAsync(); });
`;

describeNative("a server that speaks TLS", () => {
  let server: NativeRedis;
  let open: NativeRedis;
  let own: Certificates;

  beforeAll(async () => {
    own = makeCertificates();
    const certificates = [
      "--tls-cert-file",
      own.certFile,
      "--tls-key-file",
      own.keyFile,
      "--tls-ca-cert-file",
      own.caFile,
    ];
    const tls = (port: number, clients: string): string[] => [
      "--port",
      "0",
      "--tls-port",
      String(port),
      "--tls-auth-clients",
      clients,
      ...certificates,
    ];
    [server, open] = await Promise.all([
      startNativeRedis((port) => tls(port, "no")),
      startNativeRedis((port) => tls(port, "yes")),
    ]);
  });
  afterAll(async () => {
    await Promise.all([server.stop(), open.stop()]);
    own.remove();
  });

  const at = ({ port }: NativeRedis, tls: object = { ca: own.ca }) => ({ host: "127.0.0.1", port, tls });
  const secure = ({ port }: NativeRedis): string => `rediss://127.0.0.1:${port}/0`;

  test("takes pushes, and its worker runs them, heartbeat and all", async () => {
    let runs = 0;
    const job = defineJob("HardJob", () => void runs++);
    await using worker = await startTsq({ redis: at(server), jobs: [job] });
    const look = new Redis({ ...at(server), protocol: 2 });
    onTestFinished(() => look.disconnect());

    await push(at(server));
    await eventually(() => expect(runs).toBe(1));

    expect(await look.exists(worker.identity)).toBe(1);
  });

  test("that wants to know its clients takes those with a certificate", async () => {
    const known = at(open, { ca: own.ca, cert: own.cert, key: own.key });

    expect(await checkServer(known)).toMatch(/^\d/);
    await expect(push(known)).resolves.toMatch(/^[0-9a-f]{24}$/);
  });

  test("is used by the command, with NODE_EXTRA_CA_CERTS for its certificate", async () => {
    const env = { REDIS_URL: secure(server), NODE_EXTRA_CA_CERTS: own.caFile };
    const command = startTsqCommand(["work", "-t", "1"], { cwd: application({ "jobs.mjs": JOBS }), env });
    await command.logged(/^Ready/);

    expect((await tsq(["push", "HardJob", "[true]"], { env })).code).toBe(0);
    await eventually(() => expect(command.log().filter(({ msg }) => msg === "done")).toHaveLength(2));

    command.signal("SIGTERM");
    expect((await command.ended).code).toBe(0);
  });

  describe.each<[string, (redis: RedisTarget) => Promise<unknown>]>([
    ["a push", push],
    ["the start of a worker", checkServer],
  ])("refuses, and says why: %s", (_what, use) => {
    test.each<[string, () => RedisTarget, RegExp]>([
      [
        "that does not trust it",
        () => secure(server),
        /shows a certificate that is not trusted here \([A-Z_]+\)\. Start with NODE_EXTRA_CA_CERTS=\S+, or pass `tls: \{ ca \}`/,
      ],
      [
        "that expects another name",
        () => ({ ...at(server), tls: { ca: own.ca, servername: "redis.example" } }),
        /shows a certificate of another name \([^)]*redis\.example[^)]*\)\./,
      ],
      [
        "that brings no certificate of its own",
        () => at(open),
        /(?:refuses the TLS handshake \(\w+\)\. It may want a certificate of the client|closed the connection without a word)/,
      ],
      [
        "that does not speak TLS",
        () => `redis://127.0.0.1:${server.port}/0`,
        /it closed the connection without a word\. If this port speaks TLS, write `rediss:\/\/`\./,
      ],
    ])("one %s", async (_who, target, message) => {
      const used = use(target());

      await expect(used).rejects.toThrow(RedisUnusableError);
      await expect(used).rejects.toThrow(message);
      await expect(used).rejects.toThrow(/Redis at rediss?:\/\/127\.0\.0\.1:\d+\/0/);
    });
  });
});

describeNative("a server that speaks no TLS", () => {
  test.each<[string, (redis: RedisTarget) => Promise<unknown>]>([
    ["a push", push],
    ["the start of a worker", checkServer],
  ])("refuses a client that does, and says so: %s", async (_what, use) => {
    const server = await startNativeRedis();
    onTestFinished(() => server.stop());

    // It waits for more, and so do we, as long as we are told to.
    const patience = { connectTimeout: 200, socketTimeout: 1_000 };
    const used = use({ host: "127.0.0.1", port: server.port, tls: {}, ...patience });

    await expect(used).rejects.toThrow(RedisUnusableError);
    await expect(used).rejects.toThrow(
      /^Cannot reach Redis at rediss:\S+: no answer to the TLS handshake\. Does this port speak TLS\? Without it write `redis:\/\/`\.$/,
    );
  });
});

describeNative("a server on a socket of a file", () => {
  let folder: string;
  let server: NativeRedis;
  const path = (): string => join(folder, "my redis.sock");
  const url = (): string => `unix://${encodeURI(path())}`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tsq-socket-"));
    server = await startNativeRedis(["--unixsocket", path()]);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("takes pushes, and its worker runs them, heartbeat and all", async () => {
    let runs = 0;
    const job = defineJob("HardJob", () => void runs++);
    await using worker = await startTsq({ redis: `${url()}?db=2`, jobs: [job] });
    const look = new Redis({ path: path(), db: 2, protocol: 2 });
    onTestFinished(() => look.disconnect());

    await push(`${url()}?db=2`);
    await eventually(() => expect(runs).toBe(1));

    expect(await look.exists(worker.identity)).toBe(1);
  });

  test("is used by the command", async () => {
    const { code, stdout } = await tsq(["push", "HardJob", "--redis", url()]);

    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[0-9a-f]{24}\n$/)]);
  });

  test("that is not there is named by its path", async () => {
    await expect(push("unix:///nowhere/redis.sock")).rejects.toThrow(
      /^Cannot reach Redis at unix:\/\/\/nowhere\/redis\.sock: connect ENOENT/,
    );
  });
});
