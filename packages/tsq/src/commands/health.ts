/** `tsq health`: whether Redis answers, and a process is alive. */
import { hostname } from "node:os";
import { ProcessSet } from "@tsq/core/api";
import { evictionIn, numberIn, readServerInfo } from "@tsq/core/config";
import type { ServerInfo } from "@tsq/core/config";
import type { CommandContext } from "../cli/command.ts";
import { counted } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { withApi } from "../cli/with-api.ts";
import type { HealthFlags } from "./health-command.ts";

/** By its code it is one that the command expects: told in one line. */
class UnhealthyError extends Error {
  override readonly name = "UnhealthyError";
  readonly code = "TSQ_UNHEALTHY";
}

/** @throws UnhealthyError with what is missing. RedisUnusableError when Redis does not answer */
export const health = (context: CommandContext, flags: HealthFlags): Promise<void> =>
  withApi(context, async (api) => {
    const all = await new ProcessSet(api).all();
    // The name that workers give themselves, on Heroku too.
    const host = context.env["DYNO"] || hostname();
    const alive = flags.here ? all.filter((process) => process.hostname === host) : all;
    const queues = (flags.queue ?? []).map((name) => ({
      name,
      served_by: alive.filter((process) => process.serves(name)).length,
    }));
    const where = flags.here ? ` on ${host}` : "";
    const unserved = queues.filter(({ served_by: served }) => served === 0).map(({ name }) => name);
    const problem =
      alive.length === 0
        ? `Redis answers, and no process is alive${where}.`
        : unserved.length > 0
          ? `${counted(alive.length, "process", "processes")} alive${where}, and none takes jobs from ${unserved.join(", ")}.`
          : undefined;
    if (flags.json)
      context.out.json({
        healthy: problem === undefined,
        processes: alive.length,
        queues,
        problem: problem ?? null,
      });
    if (problem !== undefined) throw new UnhealthyError(problem);
    if (isFull(readServerInfo(await api.redis.info("memory"))))
      context.out.warn("tsq: Redis is full: it refuses pushes until jobs are done or deleted.");
    if (flags.json) return;
    const served =
      queues.length > 0 ? `, with ${queues.map(({ name }) => terminalText(name)).join(", ")} served` : "";
    context.out.say(
      `Healthy: Redis answers, ${counted(alive.length, "process", "processes")} alive${terminalText(where)}${served}.`,
    );
  });

/** Jobs that are there run all the same: a worker that is started again for it would be no help. */
const isFull = (info: ServerInfo): boolean => {
  const { policy, maxBytes } = evictionIn(info);
  return policy === "noeviction" && maxBytes > 0 && numberIn(info, "used_memory") >= maxBytes;
};
