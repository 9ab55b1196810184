/**
 * Forms of Sidekiq::Web over more jobs than ours does before it answers: it goes on with them behind the answer, and leaves
 * what Ruby's leaves when it has answered.
 */
import { AuditTrail } from "tsq/api";
import { expect, test } from "vitest";
import { setBesideRuby } from "../support/beside-ruby.ts";
import { eventually } from "../support/eventually.ts";
import type { Generation } from "../support/ruby.ts";
import { describeInterop } from "../support/shared-redis.ts";
import { fill, fillMany, stateOf } from "../support/web-state.ts";

interface Scenario {
  readonly path: string;
  readonly set: "retry" | "schedule" | "dead";
  /** What ours writes down when it has ended. */
  readonly action: string;
  /** The first generation whose way with all of a set is that of ours. @default 6 */
  readonly since?: Generation;
  /** Whether ours puts them onto their queues in another order: see web-actions.test.ts. */
  readonly isOrderedOtherwise?: boolean;
}

const COUNT = 10_001;

const SCENARIOS: readonly Scenario[] = [
  { path: "/retries/all/retry", set: "retry", action: "set.retry", since: 8 },
  // More than are kept: those that died first are trimmed. A hundred of ours die at one time, and go by their bytes then.
  { path: "/retries/all/kill", set: "retry", action: "set.kill", since: 8 },
  {
    path: "/scheduled/all/add_to_queue",
    set: "schedule",
    action: "set.add_to_queue",
    since: 8,
    isOrderedOtherwise: true,
  },
  { path: "/morgue/all/retry", set: "dead", action: "set.retry", since: 8 },
  { path: "/retries/all/delete", set: "retry", action: "set.delete" },
  { path: "/morgue/all/delete", set: "dead", action: "set.delete", since: 8 },
];

describeInterop(
  `a form about ${COUNT} jobs`,
  (shared) => {
    const { generation, version } = shared.ruby;
    const beside = setBesideRuby(shared);

    const prepare = async ({ set }: Scenario): Promise<void> => {
      await fill(shared.redis, generation, version);
      await fillMany(shared.redis, generation, set, COUNT);
    };

    const stateNow = async ({ isOrderedOtherwise = false }: Scenario) => {
      const state = await stateOf(shared.redis);
      if (!isOrderedOtherwise) return state;
      return { ...state, "queue:default": state["queue:default"]?.toSorted() };
    };

    test.each(
      SCENARIOS.filter(({ since = 6 }) => since <= generation).map(
        (scenario) => [scenario.path, scenario] as const,
      ),
    )("%s leaves the same state", async (path, scenario) => {
      await prepare(scenario);
      const { status } = await shared.page(path, {});
      const theirs = await stateNow(scenario);
      await prepare(scenario);

      const answer = await beside.dashboard.post(path);

      expect([status, answer.status]).toEqual([302, 302]);
      await eventually(async () => {
        const { items } = await new AuditTrail(beside.api).page();
        expect(items.find(({ action }) => action === scenario.action)?.count).toBe(COUNT);
      });
      expect(await stateNow(scenario)).toEqual(theirs);
    });
  },
  { keepsState: true },
);
