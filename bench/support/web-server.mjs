/** The dashboard of bench/web.mjs, in a process of its own: what it uses is its own. Started with --expose-gc. */
import { createServer } from "node:http";
import { ApiConnection } from "../../packages/core/dist/api/index.js";
import { createWeb, toNodeHandler } from "../../packages/tsq/dist/web.js";

// More than the bench puts into the dead set: what a click kills must not throw the rest away.
const api = new ApiConnection({ redis: process.argv[2], deadMaxJobs: 1_000_000 });
// Fifty viewers of one address are one viewer to the limit.
const web = createWeb({ redis: api, requestsPerMinute: 0 });
const handle = toNodeHandler(web);
const server = createServer((request, response) => void handle(request, response)).listen(0, "127.0.0.1");
// Longer than a viewer waits: no request meets a connection that is just being closed.
server.keepAliveTimeout = 60_000;

server.on("listening", () => process.send({ port: server.address().port }));
process.on("message", (what) => {
  // Twice: what the first one lets go of by finalizers, the second takes.
  if (what === "memory") for (let i = 0; i < 2; i++) globalThis.gc();
  const { user, system } = process.cpuUsage();
  process.send({ heapMB: process.memoryUsage().heapUsed / 2 ** 20, cpuMicros: user + system });
});
process.on("disconnect", () => process.exit(0));
