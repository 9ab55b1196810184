/** `tsq top` and its terminal: sizes, a Redis that goes away, and that whatever ends it leaves the terminal as it was. */
import { spawn } from "node:child_process";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { fail, jidOf } from "../support/failed-jobs.ts";
import { CLI } from "../support/inside-tsq.ts";
import { TcpProxy } from "../support/proxy.ts";
import { setShell } from "../support/shell.ts";
import { trailOf } from "../support/terminal-redis.ts";
import { LEFT, topOnTerminal } from "../support/top-terminal.ts";
import type { TopTerminal } from "../support/top-terminal.ts";
import { CTRL_C } from "../support/tsq-terminal.ts";

const shell = setShell();
const env = () => ({ REDIS_URL: shell.server.url });

const started = async (more: Readonly<Record<string, string>> = {}): Promise<TopTerminal> => {
  const top = topOnTerminal({ ...env(), ...more });
  await top.shows("[Home]");
  return top;
};

/** Makes a process fail in its midst when it is told so. */
const FAULT = `data:text/javascript,${encodeURIComponent('process.on("SIGUSR2", () => { throw new TypeError("a fault") })')}`;

describe("the terminal is left as it was", () => {
  test.for([
    ["by q", (top: TopTerminal) => top.types("q"), 0],
    ["by Ctrl-C", (top: TopTerminal) => top.types(CTRL_C), 0],
    ["by TERM", (top: TopTerminal) => top.signal("SIGTERM"), 143],
    ["by HUP", (top: TopTerminal) => top.signal("SIGHUP"), 129],
    ["by INT from elsewhere", (top: TopTerminal) => top.signal("SIGINT"), 130],
  ] as const)("%s", async ([, end, code]) => {
    const top = await started();

    end(top);

    expect(await top.ended).toBe(code);
    expect(top.output().endsWith(LEFT)).toBe(true);
    expect(top.output().split(LEFT)).toHaveLength(2);
  });

  test.for([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)(
    "by %s in the midst of work, and what was done by then is in the audit trail",
    async ([signal, code]) => {
      const jobs = 30_000;
      await fail(
        shell.redis,
        Array.from({ length: jobs }, (_, i) => ({ jid: jidOf(i) })),
      );
      const top = await started();
      top.types("5");
      await top.shows("1-14 of 30,000");
      top.types("AAD");
      await top.shows("Type 30000 and Enter to go on:");
      top.types("30000\r");
      await top.shows(/^\[.*\] [\d,]+ of 30,000$/m);

      top.signal(signal);

      expect(await top.ended).toBe(code);
      const left = await shell.redis.zcard("retry");
      expect(await trailOf(shell.redis)).toMatchObject({ action: "set.delete", count: `${jobs - left}` });
      expect(top.output().split(LEFT)).toHaveLength(2);
    },
  );

  test("by a terminal that tells twice that it has gone, as a shell and the system do, and what was done is in the audit trail", async () => {
    const jobs = 30_000;
    await fail(
      shell.redis,
      Array.from({ length: jobs }, (_, i) => ({ jid: jidOf(i) })),
    );
    const top = await started();
    top.types("5");
    await top.shows("1-14 of 30,000");
    top.types("AAD");
    await top.shows("Type 30000 and Enter to go on:");
    top.types("30000\r");
    await top.shows(/^\[.*\] [\d,]+ of 30,000$/m);
    await shell.redis.client("PAUSE", 1_000, "WRITE");

    top.signal("SIGHUP");
    await eventually(() => expect(top.output().split(LEFT)).toHaveLength(2));
    top.signal("SIGHUP");

    expect(await top.ended).toBe(129);
    const left = await shell.redis.zcard("retry");
    expect(await trailOf(shell.redis)).toMatchObject({ action: "set.delete", count: `${jobs - left}` });
  });

  test("by an error that nobody has expected, which is told below", async () => {
    const top = await started({ NODE_OPTIONS: `--import=${FAULT}` });

    top.signal("SIGUSR2");

    expect(await top.ended).toBe(1);
    const [, after = ""] = top.output().split(LEFT);
    expect(after).toContain("tsq: a fault");
  });

  test("with the modes of its lines, and by Ctrl-Z for as long as the shell has it", async () => {
    // A shell with job control, whose own line is what runs when the command stops.
    const line = `stty -g; ${process.execPath} ${CLI} top --interval 0.2; echo [stopped]; stty -g; fg; echo [ended]; stty -g`;
    const child = spawn("script", ["-qec", `bash --norc -mc '${line}'`, "/dev/null"], {
      env: { PATH: process.env["PATH"] ?? "", TERM: "xterm", NO_COLOR: "1", ...env() },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    const ended = new Promise((resolve) => child.once("close", resolve));
    await eventually(() => expect(output).toContain("[Home]"));

    child.stdin.write("\u001a");
    await eventually(() => expect(output.split("[stopped]")[1]).toContain("[Home]"));
    child.stdin.write("q");
    await ended;

    const modes = output.match(/^[\da-f]+(?::[\da-f]+){10,}/gm);
    expect(modes?.length).toBeGreaterThanOrEqual(3);
    expect(new Set(modes)).toHaveProperty("size", 1);
    expect(output.split(LEFT)).toHaveLength(3);
    expect(output.indexOf(LEFT)).toBeLessThan(output.indexOf("[stopped]"));
  });
});

describe("another size", () => {
  test("is followed, with more or fewer rows; one that is too small says so", async () => {
    await fail(
      shell.redis,
      Array.from({ length: 50 }, (_, i) => ({ jid: jidOf(i) })),
    );
    // What it reads by itself comes too late to be taken for it.
    const top = topOnTerminal(env(), { args: ["--interval", "3600"] });
    await top.shows("[Home]");
    top.types("5");
    await top.shows("1-14 of 50");

    await top.resize(120, 40);
    await top.shows("1-30 of 50");
    await top.shows(jidOf(29));
    await top.resize(40, 10);
    await top.shows("40x10 is too small:");
    await top.resize(80, 24);

    await top.shows("1-14 of 50");
    top.types("q");
    expect(await top.ended).toBe(0);
  });
});

describe("a Redis that goes away", () => {
  test("is said so, keys go on, and so does all when it is back", async () => {
    await fail(shell.redis, [{ jid: jidOf(1) }]);
    const proxy = await TcpProxy.listen(shell.server.port);
    onTestFinished(() => proxy.stop());
    const top = await started({ REDIS_URL: proxy.url });
    top.types("5");
    await top.shows("HardJob");

    proxy.refuse();
    await top.shows("Cannot reach Redis at");
    await top.shows("it goes on by itself");
    top.types("?");
    await top.shows("Key             Action");
    top.types("\u001b");
    await top.shows("HardJob");
    await fail(shell.redis, [{ jid: jidOf(2), class: "LaterJob" }]);
    proxy.accept();

    await top.shows("LaterJob");
    await eventually(() => expect(top.screen().join("\n")).not.toContain("Cannot reach Redis"));
  });

  test("that answers nothing is said so, and q quits all the same", async () => {
    const proxy = await TcpProxy.listen(shell.server.port);
    onTestFinished(() => proxy.stop());
    const top = await started({ REDIS_URL: proxy.url });

    proxy.sleep();
    await top.shows(/Redis has not answered for \d+ s\./);
    top.types("q");

    expect(await top.ended).toBe(0);
  });
});
