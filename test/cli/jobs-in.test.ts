/** `tsq jobs --in`: one list alone, what runs among them. */
import { expect, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { heartbeat } from "../support/terminal-redis.ts";

const shell = setShell();

test("jobs are looked for in the lists that are named, and in no other", async () => {
  const { redis } = shell;
  await fail(redis, [{ jid: jidOf(1) }]);
  await redis
    .multi()
    .sadd("queues", "low")
    .lpush("queue:low", payloadOf({ jid: jidOf(2), queue: "low" }))
    .exec();
  await heartbeat(redis, "web-1:42:abc", ["low"], "tsq 0.1.0");
  const run = { queue: "low", run_at: 1_700_000_000, payload: payloadOf({ jid: jidOf(3), queue: "low" }) };
  await redis.hset("web-1:42:abc:work", "t1", JSON.stringify(run));
  const jidsIn = async (...lists: readonly string[]): Promise<readonly unknown[]> => {
    const found = await shell.jsonl("jobs", "class:HardJob", ...lists.flatMap((list) => ["--in", list]));
    return found.map((job) => (job as { readonly jid: string }).jid);
  };

  expect(await jidsIn()).toEqual([jidOf(3), jidOf(1), jidOf(2)]);
  expect(await jidsIn("running")).toEqual([jidOf(3)]);
  expect(await jidsIn("queue:low", "retry")).toEqual([jidOf(2), jidOf(1)]);
  expect((await shell.run("jobs", "class:HardJob", "--in", "nowhere")).stderr).toMatch(
    /^tsq: Expected --in of tsq jobs to be one of running, retry, .* got `nowhere`\./,
  );
});
