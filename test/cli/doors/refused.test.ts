/**
 * What a Redis refuses that has served well until somebody says yes: one that is full, has become a replica, or whose ACL has
 * changed. By every door what stands in Redis is as it was, what the trail says is so, and the sentence says why.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { DEED_CELLS, doneWell, prepare, worldOf } from "../../support/deed-cells.ts";
import type { DeedCell } from "../../support/deed-cells.ts";
import { trail } from "../../support/door-world.ts";
import type { Wish } from "../../support/doors.ts";
import { setRedis } from "../../support/empty-redis.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { openDoors } from "../../support/three-doors.ts";
import { REFUSALS, setRefusals } from "../../support/troubled-redis.ts";
import type { Refusal } from "../../support/troubled-redis.ts";

const SAYS: Readonly<Record<Refusal, RegExp>> = {
  full: /Redis at \S+ is full \(OOM [^()]+\)\. Let workers drain it/,
  replica: /Redis at \S+ is a read-only replica \(READONLY [^()]+\)\. Use the master's URL\./,
  forbidden: /Redis at \S+ refuses [^()]+ to the user `door` \([^()]+\)\. Allow it in the ACL/,
};
/** Of the terminal, whose program asks for all that lacks. */
const SAYS_ALL =
  /Redis at \S+ refuses [A-Z, ]+ to the user `door`[^()]*[Aa]llow (?:it|them) in the ACL: `ACL SETUSER door \+/;
const UNWRITTEN = /not in the audit trail: OOM |could not be written to the audit trail: Redis refused it/;

/** What a full Redis takes all the same: what makes room, takes as much as it gives, or tells who fills it to end. */
const hasRoom = (wish: Wish): boolean => {
  if ("queue" in wish) return wish.verb !== "pause";
  if ("identity" in wish) return true;
  if ("entry" in wish) return wish.verb !== "run";
  return wish.verb !== "cancel";
};

/** A script may have done something before what a user may not do in it; a full Redis and a replica refuse it as a whole. */
const isKnownUndone = (refusal: Refusal, wish: Wish): boolean => {
  if (refusal !== "forbidden") return true;
  if ("queue" in wish) return wish.verb !== "clear";
  if ("identity" in wish) return false;
  return "entry" in wish ? wish.verb === "run" : wish.verb === "delete";
};

/** Work on many jobs outlives a replica on the dashboard, which may become a master again. */
const isWaiting = (refusal: Refusal, { wish, door }: DeedCell): boolean =>
  refusal === "replica" && door === "dashboard" && "place" in wish && wish.jid === undefined;

if (!hasNativeRedis())
  console.warn("Skipped: what a Redis refuses by the doors, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("what is refused by a Redis", () => {
  const stage = setRedis({ backend: "native" });
  const troubleOf = setRefusals(stage);

  describe.each(REFUSALS)("that is %s", (refusal) => {
    test.each(DEED_CELLS)("$title by the $door", async (cell) => {
      const { wish, door } = cell;
      const isDone = refusal === "full" && hasRoom(wish);
      const well = isDone ? await doneWell(stage, cell) : undefined;
      await prepare(stage.redis, wish);
      const before = await worldOf(stage.redis);
      const trouble = troubleOf(refusal);
      const doors = await openDoors(trouble.url);
      onTestFinished(() => doors.close());

      const answer = await doors.door(door)(wish, trouble.begin);

      const says = answer?.says ?? "";
      expect(await worldOf(stage.redis)).toEqual(well?.world ?? before);
      expect(await trail(stage.redis)).toEqual(
        refusal !== "forbidden"
          ? []
          : [
              expect.objectContaining({
                outcome: "failed",
                count: 0,
                note: expect.stringMatching(SAYS[refusal]) as string,
              }),
            ],
      );
      const why = refusal === "forbidden" && door === "terminal" ? SAYS_ALL : SAYS[refusal];
      expect(says).toMatch(isDone ? UNWRITTEN : why);
      expect(answer?.ended).toBe(isDone && door !== "top" ? "well" : "wrong");
      expect(says.includes("@user_script")).toBe(false);
      if (door === "dashboard") expect(says.includes("The work waits")).toBe(isWaiting(refusal, cell));
      else expect(says.endsWith(" Nothing was done.")).toBe(!isDone && isKnownUndone(refusal, wish));
    });
  });
});
