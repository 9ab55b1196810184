/** `tsq cancel`: whom it marks, whom it does not reach, and what programs are told. */
import { describe, expect, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";

const shell = setShell();
const { run, yes, push } = shell;

describe("by a query or by jid", () => {
  test("cancel marks what waits, and says whom it does not reach", async () => {
    await push(
      "low",
      payloadOf({ jid: jidOf(1), queue: "low" }),
      payloadOf({ jid: jidOf(2), class: "Other" }),
    );
    const info = { hostname: "h", version: "8.1.7", queues: ["low"] };
    await shell.redis
      .multi()
      .sadd("processes", "h:1:a")
      .hset("h:1:a", { info: JSON.stringify(info), busy: 0 })
      .exec();

    const preview = await run("cancel", "--where", "class:HardJob", "--dry-run");
    const { stdout } = await yes("cancel", "--where", "class:HardJob");

    expect(preview.stdout).toBe(
      "Cancel 1 job?\n  1 on queues\ntsq starts them no more, and runs of them are told within two seconds.\n" +
        "Only Ruby serves low: Ruby stops iterable jobs alone, from Sidekiq 7.3.3 on.\n",
    );
    expect(stdout).toBe("1 job is wanted by nobody any more.\n");
    expect(await shell.redis.hexists(`it-${jidOf(1)}`, "cancelled")).toBe(1);
    expect(await shell.redis.exists(`it-${jidOf(2)}`)).toBe(0);
  });

  test("cancel counts by list for programs, as the others do", async () => {
    await push(
      "low",
      payloadOf({ jid: jidOf(1), queue: "low" }),
      payloadOf({ jid: jidOf(2), class: "Other" }),
    );
    await fail(shell.redis, [{ jid: jidOf(3) }]);

    const { stdout } = await run("cancel", jidOf(1), jidOf(2), jidOf(3), "--dry-run", "--json");

    expect(JSON.parse(stdout)).toEqual({
      action: "cancel",
      dry_run: true,
      matched: 3,
      lists: [
        {
          list: "queue:low",
          matched: 2,
          classes: [
            { value: "HardJob", count: 1 },
            { value: "Other", count: 1 },
          ],
          queues: [{ value: "low", count: 2 }],
        },
        {
          list: "retry",
          matched: 1,
          classes: [{ value: "HardJob", count: 1 }],
          queues: [{ value: "default", count: 1 }],
        },
      ],
    });
  });
});
