import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, tsq, type Files, type TsqOptions } from "../support/tsq-command.ts";

const JOBS = `import { defineJob } from "tsq"; export const echo = defineJob("EchoJob", () => {});`;

let server: TestRedis;
let locked: TestRedis;
beforeAll(async () => {
  server = await startRedis();
  locked = await startRedis({ args: ["--requirepass", "s3cret"] });
});
afterAll(() => Promise.all([server.stop(), locked.stop()]));

/** What a user sees of a mistake: one line, and nothing of where it happened. */
async function refusal(args: readonly string[], options: TsqOptions): Promise<string> {
  const { code, stdout, stderr } = await tsq(args, options);
  expect({ code, stdout: stdout.replaceAll(/^\{.*"Connecting"\}\n/gm, "") }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^tsq: .*\n$/);
  return stderr;
}

const work = (files: Files, ...args: string[]): Promise<string> =>
  refusal(["work", ...args], { cwd: application(files), env: { REDIS_URL: server.url } });

describe("tsq work refuses in one line", () => {
  test.for([
    [
      "a value that is none",
      { "config/sidekiq.yml": "\nconcurrency: many\n" },
      [],
      /sidekiq\.yml:2: .*`concurrency`.*many/,
    ],
    ["a module that is not there", {}, ["-r", "./nowhere.ts"], /no module `\.\/nowhere\.ts`/],
    [
      "a module without jobs",
      { "a.mjs": "export const answer = 42;" },
      ["-r", "./a.mjs"],
      /a\.mjs` to export a job, got `answer`/,
    ],
    [
      "a module that throws",
      { "a.mjs": "\nthrow new Error('not today');" },
      ["-r", "./a.mjs"],
      /a\.mjs:2` cannot be loaded: not today/,
    ],
    ["no module at all", { "jobs.mjs": "" }, ["-r", "."], /jobs\.mjs` to export a job, got no export/],
    [
      "two jobs of one name",
      { "jobs.mjs": `${JOBS} export const b = defineJob("EchoJob", () => {});` },
      [],
      /Two jobs are named `EchoJob`/,
    ],
    ["a concurrency that is none", { "jobs.mjs": JOBS }, ["-c", "0"], /`-c` .*0/],
  ] as const)("%s", async ([, files, args, message]) => {
    expect(await work(files, ...args)).toMatch(message);
  });

  test("no jobs where none are named", async () => {
    expect(await work({})).toMatch(/-r \.\/jobs\.ts/);
  });
});

const told = (command: readonly string[], url: string): Promise<string> =>
  refusal([...command, "--redis", url], { cwd: application({ "jobs.mjs": JOBS }) });
const toldByPush = (url: string): Promise<string> => told(["push", "EchoJob"], url);

describe("a Redis that is of no use is told in one line", () => {
  test.for([["work"], ["push", "EchoJob"], ["stats"], ["dev", "--no-watch"]])(
    "by tsq %s, where nobody listens",
    async (command) => {
      const line = await told(command, "redis://127.0.0.1:1/0");

      expect(line).toMatch(/Cannot reach Redis at redis:\/\/127\.0\.0\.1:1\/0: connection refused/);
    },
  );

  test("a host that does not exist", async () => {
    const line = await toldByPush("redis://no-such-host.invalid:6379/0");

    expect(line).toMatch(/Cannot reach Redis at redis:\/\/no-such-host\.invalid:6379/);
  });

  test("a password that is wrong, and is not shown", async () => {
    const line = await toldByPush(`redis://:wr0ng@127.0.0.1:${locked.port}/0`);

    expect(line).toMatch(/refuses the password(?!.*wr0ng)/);
  });

  test("a password that is missing", async () => {
    expect(await toldByPush(locked.url)).toMatch(/refuses the password/);
  });

  test("a URL that is none", async () => {
    expect(await toldByPush("localhost:6379")).toMatch(/--redis.*redis:\/\/localhost:6379/);
  });

  test("a server that speaks something else", async () => {
    const url = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));

    expect(await toldByPush(url)).toMatch(/what answers there is no Redis/);
  });

  test("a server that hangs up", async () => {
    const url = await listen((socket) => socket.destroy());

    expect(await toldByPush(url)).toMatch(/^tsq: Cannot reach Redis at/);
  });

  test("a server that is too old", async () => {
    const info = "# Server\r\nredis_version:5.0.14\r\n";
    const url = await listen((socket) => {
      socket.on("data", (request) => {
        // Every client's handshake is a few commands; to all but INFO the answer does not matter.
        for (const command of String(request).split("*").slice(1)) {
          socket.write(/info/i.test(command) ? `$${info.length}\r\n${info}\r\n` : "+OK\r\n");
        }
      });
    });

    expect(await told(["work"], url)).toMatch(/version 5\.0\.14; tsq needs Redis 6\.2 or newer/);
  });
});

/** A server that is no Redis; resolves to a Redis URL for it. */
async function listen(serve: (socket: Socket) => void): Promise<string> {
  const fake = createServer((socket) => {
    socket.on("error", () => {});
    serve(socket);
  });
  fake.listen(0, "127.0.0.1");
  onTestFinished(() => void fake.close());
  await once(fake, "listening");
  const address = fake.address();
  if (address === null || typeof address === "string") throw new Error("Expected a TCP port.");
  return `redis://127.0.0.1:${address.port}/0`;
}
