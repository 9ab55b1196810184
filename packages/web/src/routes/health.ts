/** Whether the dashboard lives, and whether its Redis answers: for probes, which have no password and are told nothing else. */
import type { ApiConnection } from "@tsq/core/api";
import { plain } from "../answers.ts";
import { SharedReading } from "../readings/shared-reading.ts";

const LIVES = "/health";
const REDIS = "/health/redis";
// Anybody may ask, and Redis is to notice nothing of it.
const FRESH_MS = 1_000;
// A probe waits for one second, or a few.
const PATIENT_MS = 900;

/** Answers them. A path of its own for Redis: a probe that restarts a dashboard whose Redis is away helps nobody. */
export class Health {
  readonly #redis: SharedReading<boolean>;

  constructor(api: ApiConnection) {
    this.#redis = new SharedReading(() => answers(api), FRESH_MS);
  }

  /** Undefined for every other path. Nobody has to be let in for it. */
  async answer(path: string, method: string): Promise<Response | undefined> {
    if (method !== "GET" && method !== "HEAD") return undefined;
    if (path === LIVES) return plain("Healthy: the dashboard answers.", 200);
    if (path !== REDIS) return undefined;
    return (await this.#redis.now())
      ? plain("Healthy: Redis answers.", 200)
      : plain("Redis does not answer.", 503);
  }
}

const answers = async (api: ApiConnection): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENT_MS, false);
  });
  const asked = api.redis.ping().then(
    () => true,
    () => false,
  );
  const isThere = await Promise.race([asked, enough]);
  clearTimeout(timer);
  return isThere;
};
