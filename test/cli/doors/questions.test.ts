/** What is said before somebody says yes, by each of the three doors: how many, and what may be worse than it looks. */
import { describe, expect, test } from "vitest";
import { fail, jidOf } from "../../support/failed-jobs.ts";
import { heartbeat } from "../../support/terminal-redis.ts";
import { DOOR_NAMES, setDoors } from "../../support/three-doors.ts";

const stage = setDoors();

describe.each(DOOR_NAMES)("%s", (name) => {
  const asked = async (verb: "retry" | "kill" | "delete"): Promise<string> => {
    const heard: string[] = [];
    await stage.door(name)({ verb, place: "retry", jid: undefined }, async (text) => void heard.push(text));
    return heard.join();
  };

  test("a retry tells of queues that are paused, behind, or served by nobody, and of no other", async () => {
    const queues = ["paused", "paused", "behind", "alone", "well"];
    await fail(
      stage.redis,
      queues.map((queue, i) => ({ jid: jidOf(i), queue })),
    );
    await heartbeat(stage.redis, "web-1:1:a", ["paused", "behind", "well"], "tsq 0.1.0");
    await stage.redis.sadd("queues", "paused", "behind");
    await stage.redis.sadd("paused", "paused");
    await stage.redis.lpush(
      "queue:behind",
      JSON.stringify({ class: "A", enqueued_at: Date.now() - 600_000 }),
    );

    const text = (await asked("retry")).replaceAll(/\s+/g, " ");

    expect(text).toContain("Retry 5 jobs?");
    expect(text).toMatch(/paused is paused: 2 jobs will wait there\./);
    expect(text).toMatch(/behind is 10 ?m(?:in)? behind already, and gets 1 job more\./);
    expect(text).toMatch(/Nobody (?:takes jobs from|listens to) alone\b/);
    expect(text).not.toMatch(/Nobody (?:takes jobs from|listens to) (?!alone)|well is/);
    expect(text).toContain("Each goes to its queue now, with one failure taken back.");
  });

  test("a deletion says that nobody brings them back, and a kill where they go", async () => {
    await fail(stage.redis, [{ jid: jidOf(1) }]);
    expect(await asked("kill")).toContain(
      "They go to the dead set, and run again only when somebody says so.",
    );

    await fail(stage.redis, [{ jid: jidOf(1) }]);
    expect(await asked("delete")).toContain("They are gone for good: nobody can bring them back.");
  });
});
