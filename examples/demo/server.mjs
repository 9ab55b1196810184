/** The demo's Redis: one of its own, so that it never works off somebody's jobs, unless `--redis` names one. */
import { checkServer } from "@tsq/core/protocol";
import { Stats } from "tsq/api";
import { startEmbedded } from "../../packages/embedded/dist/start-embedded.js";
import { freePort, startNative } from "../../packages/tsq/dist/servers/native-server.js";
import { QUEUES } from "./jobs.mjs";

/** @returns its URL, what it is in words, whether it ends with the demo, and how to stop it */
export const openServer = async ({ redis, server }) => {
  if (redis !== undefined) return named(redis);
  if (server === "native") {
    const { url, program, stop } = await startNative({ port: await freePort() });
    return { url, what: `${program} of this machine`, isOurs: true, stop };
  }
  // Even there: it is a port of its own, and its data ends with the demo.
  const embedded = await startEmbedded({ allowInProduction: true });
  const what = "an embedded Valkey, in this process";
  return { url: embedded.url, what, isOurs: true, stop: () => embedded.stop() };
};

const named = async (url) => {
  await checkServer(url);
  await refuseJobsOfOthers(url);
  return { url, what: "the Redis that you named", isOurs: false, stop: async () => {} };
};

/** The demo's worker would take them, knows none of them, and would send them to be retried. */
const refuseJobsOfOthers = async (redis) => {
  const stats = new Stats({ redis });
  try {
    const { queues, scheduled, retries } = await stats.fetch();
    const full = queues.filter(
      ({ name, size }) => size > 0 && QUEUES.some((queue) => queue.split(",")[0] === name),
    );
    const waiting = full.map(({ name, size }) => `${size} on the queue \`${name}\``);
    if (scheduled + retries > 0) waiting.push(`${scheduled + retries} scheduled or to be retried`);
    if (waiting.length > 0)
      throw new Error(
        `There are jobs in this Redis: ${waiting.join(", ")}. Name an empty database, such as /15.`,
      );
  } finally {
    await stats.close();
  }
};
