/** `tsq web`: the dashboard in a process of its own. */
import { hashPassword } from "tsq/web";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, startTsqCommand, tsq } from "../support/tsq-command.ts";
import type { TsqCommand } from "../support/tsq-command.ts";

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** Where it says that it listens. */
const urlOf = (command: TsqCommand): Promise<string> =>
  eventually(() => {
    const [, url] = /Dashboard: (http:[^\s"]+)/.exec(command.output()) ?? [];
    if (url === undefined) throw new Error(`Expected the dashboard's URL, got:\n${command.output()}`);
    return url;
  });

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  startTsqCommand(["web", "--port", "0", "--redis", server.url, ...args], { env });

describe("tsq web", () => {
  test("serves this machine until it is stopped", async () => {
    const command = start([]);
    const url = await urlOf(command);

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const response = await fetch(new URL("stats", url));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ sidekiq: { processed: 0 } });

    command.signal("SIGTERM");
    expect(await command.ended).toMatchObject({ code: 0, stderr: "" });
  });

  test("logs where its Redis is, without the password, what it lets be done, and that it stops", async () => {
    const command = start(["--read-only"]);
    const url = await urlOf(command);

    command.signal("SIGTERM");
    await command.ended;

    expect(command.log()).toMatchObject([
      { level: 30, msg: `Dashboard: ${url}`, redis: server.url, password: false, readOnly: true },
      { level: 30, msg: "Stopping", signal: "TERM" },
      { level: 30, msg: "Stopped" },
    ]);
  });

  test.each(["SIGQUIT", "SIGUSR2", "SIGHUP"] as const)("stops by %s as well", async (signal) => {
    const command = start([]);
    await urlOf(command);

    command.signal(signal);

    expect(await command.ended).toMatchObject({ code: 0 });
    expect(command.log().at(-1)).toMatchObject({ msg: "Stopped" });
  });

  test("is ended by TERM while its code is loaded, with 0: as process 1 it would else be deaf", async () => {
    const cwd = application({
      // A module of it that takes a minute: what is imported is there when its first line runs, the rest of tsq waits.
      "hooks.mjs": `
        const slow = 'process.kill(process.pid, "SIGTERM"); await new Promise((on) => setTimeout(on, 60_000));';
        export const load = async (url, context, next) => {
          const loaded = await next(url, context);
          return url.endsWith("/web/dist/index.js") ? { ...loaded, source: slow + loaded.source } : loaded;
        };`,
      "first.mjs": `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);`,
    });

    const env = { NODE_OPTIONS: `--import ${cwd}/first.mjs` };
    const { code, stderr } = await tsq(["web", "--port", "0", "--redis", server.url], { cwd, env });

    expect({ code, stderr }).toEqual({ code: 0, stderr: "tsq: SIGTERM before the dashboard was ready.\n" });
  });

  test("has one connection to Redis, however many look", async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const url = await urlOf(startTsqCommand(["web", "--port", "0", "--redis", own.url], {}));
    const redis = own.client();

    await Promise.all(["", "busy", "queues", "retries", "metrics"].map((path) => fetch(new URL(path, url))));

    // Its own, and that of this test.
    await eventually(async () =>
      expect(((await redis.client("LIST")) as string).trim().split("\n")).toHaveLength(2),
    );
  });

  test("takes the password as what hashPassword() has made of it", async () => {
    const hashed = await hashPassword("correct horse");
    const url = new URL("stats", await urlOf(start([], { TSQ_WEB_PASSWORD: hashed })));
    const ask = async (password: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
      return (await fetch(url, { headers: { authorization } })).status;
    };

    expect([await ask("correct horse"), await ask(hashed)]).toEqual([200, 401]);
  });

  test("answers what it was asked before it was told to stop, also twice at once as npm does, and writes it down", async () => {
    const { port, hostname, pathname } = new URL(server.url);
    const proxy = await TcpProxy.listen(Number(port), hostname);
    onTestFinished(() => proxy.stop());
    const redis = server.client();
    await redis.zadd("dead", 1, JSON.stringify({ class: "HardJob", args: [], jid: "a1", queue: "low" }));
    const command = startTsqCommand(
      ["web", "--port", "0", "--redis", `redis://127.0.0.1:${proxy.port}${pathname}`],
      {},
    );
    const url = await urlOf(command);
    await fetch(new URL("stats", url));

    let isAsked = false;
    proxy.sleep();
    proxy.replace((chunk, from) => {
      isAsked ||= from === "client" && /zrangebyscore/i.test(chunk.toString("latin1"));
      return chunk;
    });
    const answer = fetch(new URL("morgue", url), {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin" },
      body: new URLSearchParams({ "key[]": "1-a1", retry: "1" }),
      redirect: "manual",
    });
    await eventually(() => expect(isAsked).toBe(true));
    command.signal("SIGTERM");
    command.signal("SIGINT");
    await command.logged("Stopping");
    proxy.wake();

    expect((await answer).status).toBe(302);
    expect(await command.ended).toMatchObject({ code: 0 });
    expect(await redis.llen("queue:low")).toBe(1);
    const [entry] = (await redis.xrevrange("tsq:audit", "+", "-")).map(([, fields]) => fields.join(" "));
    expect(entry).toContain("job.retry");
  });

  test("asks others for a password, and serves who has it", async () => {
    const url = await urlOf(
      start(["--host", "0.0.0.0"], { TSQ_WEB_PASSWORD: "correct horse", TSQ_WEB_USER: "mira" }),
    );
    const authorization = `Basic ${Buffer.from("mira:correct horse").toString("base64")}`;

    expect((await fetch(new URL("stats", url))).status).toBe(401);
    expect((await fetch(new URL("stats", url), { headers: { authorization } })).status).toBe(200);
  });

  test("starts while its Redis is away, says so, and is of use as soon as that is there", async () => {
    const { port, hostname, pathname } = new URL(server.url);
    const proxy = await TcpProxy.listen(Number(port), hostname);
    onTestFinished(() => proxy.stop());
    proxy.refuse();
    const command = startTsqCommand(
      ["web", "--port", "0", "--redis", `redis://127.0.0.1:${proxy.port}${pathname}`],
      {},
    );
    const url = await urlOf(command);

    await command.logged(/^Cannot reach Redis at /);
    expect((await fetch(new URL("health", url))).status).toBe(200);
    expect((await fetch(new URL("health/redis", url))).status).toBe(503);
    proxy.accept();

    await eventually(async () => expect((await fetch(new URL("stats", url))).status).toBe(200));
    await eventually(async () => expect((await fetch(new URL("health/redis", url))).status).toBe(200));
  });

  test("shows what a replica has, where a worker does not start", async () => {
    const replica = await startRedis();
    onTestFinished(() => replica.stop());
    await replica.client().call("REPLICAOF", "127.0.0.1", "1");
    const command = startTsqCommand(["web", "--port", "0", "--read-only", "--redis", replica.url], {});

    const page = await fetch(new URL("retries", await urlOf(command)));

    expect(page.status).toBe(200);
    expect(await page.text()).toContain("This Redis is a replica");
    await command.logged(/is a read-only replica/);
  });

  test("keeps those apart who come by a proxy that it was told of, when one of them guesses", async () => {
    const command = start(["--proxy", "127.0.0.1"], { TSQ_WEB_PASSWORD: "correct horse" });
    const url = new URL("stats", await urlOf(command));
    const ask = async (password: string, from: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
      return (await fetch(url, { headers: { authorization, "x-forwarded-for": from } })).status;
    };

    let status = 401;
    for (let i = 0; i < 12 && status === 401; i++) status = await ask(`guess ${i}`, "198.51.100.1");

    expect(status).toBe(429);
    expect(await ask("correct horse", "203.0.113.9")).toBe(200);
    expect(command.log()).toMatchObject([{}, { level: 40, address: "198.51.100.1", user: "admin" }]);
  });

  test("lets a viewer ask for as many pages as --requests-per-minute says", async () => {
    const url = new URL("queues", await urlOf(start(["--requests-per-minute", "2"])));
    const ask = async (): Promise<number> => (await fetch(url)).status;
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
  });

  test("refuses a number of pages that is none, in one line", async () => {
    const { code, stderr } = await tsq(["web", "--requests-per-minute", "many", "--redis", server.url]);

    expect(code).toBe(1);
    expect(stderr).toBe(
      'tsq: Expected --requests-per-minute to be an integer from 0 to 1000000, got `"many"`.\n',
    );
  });

  test("refuses a proxy that is no address, in one line", async () => {
    const { code, stderr } = await tsq(["web", "--proxy", "nginx", "--redis", server.url], {
      env: { TSQ_WEB_PASSWORD: "correct horse" },
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^tsq: Expected each of [^\n]* got `nginx`[^\n]*\n$/);
  });

  test("changes nothing with --read-only, under the path of a proxy", async () => {
    const url = await urlOf(start(["--read-only", "--base-path", "/ops/sidekiq"]));

    expect(url).toMatch(/\/ops\/sidekiq\/$/);
    const response = await fetch(new URL("morgue/all/delete", url), {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin" },
    });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("read-only");
  });

  test.each(["0.0.0.0", "::", "10.1.2.3", "example.com"])(
    "refuses to serve others at %s without a password, in one line that says how",
    async (host) => {
      const { code, stdout, stderr } = await tsq(["web", "--host", host, "--redis", server.url]);

      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^tsq: Expected a password [^\n]* Set TSQ_WEB_PASSWORD [^\n]*\n$/);
    },
  );

  test("refuses to stand behind a proxy without a password, by which nobody could reach it", async () => {
    const { code, stdout, stderr } = await tsq(["web", "--proxy", "127.0.0.1", "--redis", server.url]);

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^tsq: Expected a password [^\n]* Set TSQ_WEB_PASSWORD [^\n]* --proxy\.\n$/);
  });

  test("refuses a password that is short", async () => {
    const { code, stderr } = await tsq(["web", "--redis", server.url], {
      env: { TSQ_WEB_PASSWORD: "short" },
    });

    expect(code).toBe(1);
    expect(stderr).toContain("8 characters");
  });
});

describe("tsq dev", () => {
  const jobs = { "jobs.mjs": `import { defineJob } from "tsq"; export const a = defineJob("A", () => {});` };
  const dev = (...args: string[]) => {
    const command = startTsqCommand(["dev", "-r", "jobs.mjs", "--no-watch", "--redis", server.url, ...args], {
      cwd: application(jobs),
    });
    onTestFinished(async () => {
      // Killed, it would leave its worker behind.
      command.signal("SIGTERM");
      await command.ended;
    });
    return command;
  };

  test("serves a dashboard and says where, each of several its own", async () => {
    const urls = await Promise.all([dev(), dev()].map(urlOf));

    expect(new Set(urls).size).toBe(2);
    for (const url of urls) expect((await fetch(new URL("stats", url))).status).toBe(200);
  });

  test("serves none with --no-web", async () => {
    const command = dev("--no-web");

    await eventually(() => expect(command.output()).toContain("Ready"));
    expect(command.output()).not.toContain("Dashboard");
  });
});
