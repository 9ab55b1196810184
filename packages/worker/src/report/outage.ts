/** What a worker tells of its Redis: one line when it is away or refuses, one when that is over (core's Outage). */
import { AWAY, Outage, whyUnusable } from "@tsq/core/protocol";
import type { ErrorReports } from "./error-reports.ts";
import type { Resolved } from "../options/worker-options.ts";

export const workerOutage = ({ redis, fetch, logger }: Resolved, errors: ErrorReports): Outage => {
  // A basic fetch has its jobs nowhere but here.
  const safe = fetch === "reliable" ? " what is fetched is safe," : "";
  const meanwhile = `obs that run go on,${safe} and it is tried again.`;
  return new Outage({
    begun: (error, kind, who) => {
      const isOfRedis = kind === AWAY || error.name === "ReplyError";
      // A mistake: with its stack.
      if (!isOfRedis) return errors.report(error, { context: `Could not ${who}; trying again` });
      const why = whyUnusable(redis, error, "");
      const text = why.message.trim();
      const context = kind === AWAY ? `${text} J${meanwhile}` : `${text} Could not ${who}; j${meanwhile}`;
      logger.error(context);
      errors.tell(why, { context });
    },
    over: (kind, who) => {
      const refusal = /^[A-Z]{2,}\b/.exec(kind)?.[0];
      if (kind === AWAY) logger.info("Redis is back");
      else logger.info(refusal ? `Redis is back: no more ${refusal}` : `Can ${who} again`);
    },
  });
};
