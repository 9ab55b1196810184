/** Who is there now: coming, going and being counted. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Roster } from "../support/inside-worker.ts";
import type { Placed } from "../support/inside-worker.ts";

test("a roster holds what was added and not deleted, like a set, in whatever order they come and go", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 9 })), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (all) => {
      const members: readonly Placed[] = Array.from({ length: 10 }, () => ({ place: -1 }));
      const roster = new Roster<Placed>();
      const model = new Set<Placed>();
      for (const [isComing, i] of all) {
        const member = members[i] as Placed;
        if (!isComing) {
          roster.delete(member);
          model.delete(member);
        } else if (!model.has(member)) {
          roster.add(member);
          model.add(member);
        }
      }
      expect(roster.size).toBe(model.size);
      expect(new Set(roster.all())).toEqual(model);
    }),
  );
});

test("members may come and go while it is read", () => {
  const roster = new Roster<Placed>();
  for (let i = 0; i < 5; i++) roster.add({ place: -1 });

  for (const member of roster.all()) roster.delete(member);

  expect(roster.size).toBe(0);
});
