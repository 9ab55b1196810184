/** What processes are told by a command: to be quiet, to stop. */
import { describe, expect, test } from "vitest";
import { setShell } from "../support/shell.ts";
import { heartbeat, trailOf } from "../support/terminal-redis.ts";
import { tsq } from "../support/tsq-command.ts";
import { onTerminal } from "../support/tsq-terminal.ts";

const shell = setShell();
const { run } = shell;

const alive = (identity: string) => heartbeat(shell.redis, identity, ["low"], "tsq 0.1.0");

const embedded = async (identity: string): Promise<void> => {
  await shell.redis
    .multi()
    .sadd("processes", identity)
    .hset(identity, { info: JSON.stringify({ hostname: "h", queues: ["low"], embedded: true }) })
    .exec();
};

describe("tsq quiet and stop", () => {
  test("tell the process that is named, or whose beginning is", async () => {
    await alive("web-1:10:abc");
    await alive("web-2:20:def");

    const quiet = await run("quiet", "web-1:10:abc", "--yes");
    const stop = await run("stop", "web-2", "--yes");

    expect(quiet.stdout).toBe("Told web-1:10:abc: it is heard at the next heartbeat, within ten seconds.\n");
    expect(stop.code).toBe(0);
    expect(await shell.redis.lrange("web-1:10:abc-signals", 0, -1)).toEqual(["TSTP"]);
    expect(await shell.redis.lrange("web-2:20:def-signals", 0, -1)).toEqual(["TERM"]);
  });

  test("--all tells all but those that obey another program", async () => {
    await alive("a:1:x");
    await embedded("b:2:y");

    const { stdout } = await run("stop", "--all", "--yes", "--json");

    expect(JSON.parse(stdout)).toEqual({ action: "stop", told: ["a:1:x"] });
    expect(await shell.redis.exists("b:2:y-signals")).toBe(0);
  });

  test("stand in the audit trail with whom they told, also where all are one", async () => {
    await alive("a:1:x");

    await run("stop", "--all", "--yes");
    const one = await trailOf(shell.redis);
    await alive("b:2:y");
    await run("quiet", "--all", "--yes", "--reason", "why not");

    expect(one).toMatchObject({ action: "fleet.stop", outcome: "done", count: "1", subject: "a:1:x" });
    expect(await trailOf(shell.redis)).toMatchObject({
      action: "fleet.quiet",
      count: "2",
      subject: "2 processes",
      reason: "why not",
      note: "a:1:x, b:2:y",
    });
  });

  test("that break off say whom they have told, and so does the audit trail", async () => {
    for (const identity of ["a:1:x", "b:2:y", "c:3:z"]) await alive(identity);
    const keys = ["~processes", "~tsq:audit", "~a:*", "%R~b:*", "~c:*"];
    await shell.redis.acl("SETUSER", "somebody", "on", ">password", ...keys, "+@all");

    const { code, stdout, stderr } = await tsq(["stop", "--all", "--yes"], {
      env: { REDIS_URL: `redis://somebody:password@127.0.0.1:${shell.server.port}/0` },
    });

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^tsq: At least 1 of 3 processes was told \(a:1:x\), and then: [^\n]+ Run it again for the rest\.\n$/,
    );
    expect(await shell.redis.keys("*-signals")).toEqual(["a:1:x-signals"]);
    expect(await trailOf(shell.redis)).toMatchObject({
      action: "fleet.stop",
      outcome: "failed",
      count: "1",
      subject: "a:1:x",
      note: expect.stringMatching(/\S/),
    });
  });

  test("tell nobody who has ended by the answer, and write that it was done to none", async () => {
    await alive("a:1:x");
    const terminal = onTerminal(["stop", "a:1:x"], shell.env());
    await terminal.sees("Stop a:1:x? [y/N] ");
    await shell.redis.del("processes", "a:1:x");

    terminal.types("y\n");

    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toContain("Nothing was done: it has ended.");
    expect(await shell.redis.keys("*-signals")).toEqual([]);
    expect(await trailOf(shell.redis)).toMatchObject({
      action: "process.stop",
      outcome: "done",
      count: "0",
      subject: "a:1:x",
    });
  });

  test("ask nothing about one that obeys another program", async () => {
    await embedded("b:2:y");

    const { code, stderr } = await run("stop", "b:2:y", "--yes");

    expect([code, stderr]).toEqual([
      1,
      "tsq: Expected a process that obeys signals, got `b:2:y`, which runs inside another program. Stop that program.\n",
    ]);
    expect(await shell.redis.exists("tsq:audit")).toBe(0);
  });

  test.for([
    [["quiet"], "got neither"],
    [["quiet", "a", "--all", "--yes"], "got both"],
    [["stop", "c", "--yes"], "got `c`, which is none. There are a:1:x, a:2:y"],
    [["stop", "a:", "--yes"], "which is the beginning of several"],
    [["stop", "a:1"], "no terminal to ask `Stop a:1:x?` on. Pass --yes."],
  ] as const)("%j tells nobody", async ([args, why]) => {
    await alive("a:1:x");
    await alive("a:2:y");

    const { code, stderr } = await run(...args);

    expect(code).toBe(1);
    expect(stderr).toContain(why);
    expect(await shell.redis.keys("*-signals")).toEqual([]);
  });
});
