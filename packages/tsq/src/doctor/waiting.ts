/** How the workers of TypeScript learn of jobs, as far as the project and their records tell: it decides on rights that they ask for. */
import type { Watching } from "@tsq/core/protocol";
import { watchingBy, wayFrom } from "@tsq/worker/waiting";
import type { DoctorContext } from "./context.ts";
import type { Waits } from "./redis/redis-reading.ts";

/** That of all of them together: what one asks for is worth a word. */
export const readWaits = async ({ redis, project, env }: DoctorContext): Promise<Waits> => {
  const planned = project.workers().flatMap(({ sides, fetch, waiting, capsules }) =>
    sides.includes("typescript") && capsules
      ? {
          fetch,
          waiting,
          capsules: capsules.map((queues) => queues.map(({ name, weight }) => [name, weight] as const)),
        }
      : [],
  );
  const alive = ((await redis?.processes()) ?? []).flatMap(({ isRuby, weights }) =>
    isRuby
      ? []
      : {
          fetch: "reliable" as const,
          waiting: undefined,
          capsules: weights.map((one) => Object.entries(one)),
        },
  );
  const all = [...planned, ...alive];
  const watching = all.map(({ fetch, waiting, capsules }) =>
    watchingBy(wayFrom(env, waiting), {
      fetch,
      capsules: capsules.map((queues) => ({ order: { shares: [...new Map(queues).values()] } })),
    }),
  );
  return {
    fetch: all.some(({ fetch }) => fetch === "basic") ? "basic" : "reliable",
    watching: MOST_FIRST.find((one) => watching.includes(one)) ?? "no",
  };
};

/** By how much they ask for. */
const MOST_FIRST: readonly Watching[] = ["told", "looking"];
