/** Workers that are killed at any instant: nothing is lost, and what runs twice ran when its worker died. */
import { expect } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { Arena } from "../support/chaos/arena.ts";
import { test } from "../support/chaos/test.ts";

const KILLS = 200;
const MOST_MS = 300_000;

test(
  `after ${KILLS} kills at random instants every job has ended, and only what a dead worker held ran twice`,
  async () => {
    await using arena = await Arena.open({ title: `${KILLS} × kill -9` });
    const { chance } = arena;
    for (let i = 0; i < 3; i++) arena.spawn();
    const driver = arena.driver();
    driver.start(400);

    for (let kills = 0; kills < KILLS; kills++) {
      // From before it is up to well after: a start, too, is an instant.
      await sleep(chance.between(50, 600));
      const victim = chance.pick(arena.living);
      arena.spawn();
      await victim.kill9();
    }

    const verdict = await arena.conclude();

    expect(verdict.accepted).toBeGreaterThan(KILLS);
    expect(verdict.refused).toBe(0);
    expect(Object.keys(verdict.duplicates).filter((cause) => cause !== "crash")).toEqual([]);
  },
  MOST_MS,
);
