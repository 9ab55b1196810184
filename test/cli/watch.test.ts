/** Looking again and again. */
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { fail, jidOf } from "../support/failed-jobs.ts";
import { TcpProxy } from "../support/proxy.ts";
import { setShell } from "../support/shell.ts";
import { startTsqCommand } from "../support/tsq-command.ts";

const shell = setShell();
const { env } = shell;

describe("--watch", () => {
  test("reads again and again until Ctrl-C, into a pipe one picture below the other", async () => {
    const command = startTsqCommand(["retries", "--watch", "0.1"], { env: env() });
    await eventually(() =>
      expect(command.output()).toMatch(/none in the retry set[^]*none in the retry set/),
    );

    await fail(shell.redis, [{ jid: jidOf(9) }]);

    await eventually(() => expect(command.output()).toContain(jidOf(9)));
    expect(command.output()).toMatch(/^Every 100 ms, \S+ \S+ UTC; Ctrl-C ends it\.\n/);
    command.signal("SIGINT");
    await command.ended;
  });

  test("with --jsonl is a line for each, each time", async () => {
    const command = startTsqCommand(["stats", "--jsonl", "--watch", "0.1"], { env: env() });

    await eventually(() => expect(command.output().split("\n").length).toBeGreaterThan(3));

    expect(JSON.parse(command.output().split("\n")[1] ?? "")).toMatchObject({ retries: 0 });
    command.signal("SIGINT");
    await command.ended;
  });

  test("goes on through an outage, says of it in lines that fit, and shows what is there when it is over", async () => {
    const proxy = await throughProxy();
    const command = startTsqCommand(["retries", "--watch", "0.1"], {
      env: { ...env(), REDIS_URL: proxy.url },
    });
    await eventually(() => expect(command.output()).toContain("none in the retry set"));

    proxy.refuse();
    await eventually(() => expect(command.output()).toMatch(/^Cannot reach Redis at /m), LONG);
    await fail(shell.redis, [{ jid: jidOf(8) }]);
    proxy.accept();

    await eventually(() => expect(command.output()).toContain(jidOf(8)), LONG);
    const lines = command.output().split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    command.signal("SIGINT");
    expect((await command.ended).stderr).toBe("");
  });

  test("with --json says of an outage on standard error, and of each reading one document", async () => {
    const proxy = await throughProxy();
    const command = startTsqCommand(["queues", "--json", "--watch", "0.1"], {
      env: { ...env(), REDIS_URL: proxy.url },
    });
    await eventually(() => expect(command.output()).toContain("queues"));

    proxy.refuse();
    await eventually(() => expect(command.output()).toContain("tsq: Cannot reach Redis at "), LONG);
    await shell.push("late", "{}");
    proxy.accept();

    await eventually(() => expect(command.output()).toContain('"late"'), LONG);
    command.signal("SIGINT");
    const { stdout, stderr } = await command.ended;
    const documents = stdout.split("\n").filter((line) => line !== "");
    expect(documents.every((line) => Array.isArray((JSON.parse(line) as { queues: unknown }).queues))).toBe(
      true,
    );
    expect(stderr).toMatch(/^(?:tsq: [^\n]+\n)+$/);
  });
});

/** An outage may begin while a question is on its way, which is asked again for some seconds. */
const LONG = { timeoutMs: 30_000 };

const throughProxy = async (): Promise<TcpProxy> => {
  const proxy = await TcpProxy.listen(shell.server.port);
  onTestFinished(() => proxy.stop());
  return proxy;
};
