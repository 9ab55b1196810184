/** The dashboard in Hono 4. Hono keeps a body that a middleware has read: `cloneRawRequest` has it again. */
import { serve } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { Hono } from "hono";
import { cloneRawRequest } from "hono/request";
import { createWeb } from "tsq/web";

/**
 * @param path where the dashboard is, such as `/sidekiq`; empty for the whole server
 * @param before what comes before the dashboard
 */
export const listen = async ({ path = "/sidekiq", port = 3000, before = [], ...options } = {}) => {
  const app = new Hono();
  const web = createWeb({ basePath: path, ...options });
  for (const middleware of before) app.use(middleware);
  const answer = async (c) =>
    web(await cloneRawRequest(c.req), { remoteAddress: getConnInfo(c).remote.address });
  app.all(path || "/", answer);
  app.all(`${path}/*`, answer);
  if (path !== "") app.get("/", (c) => c.text("the app\n"));
  const server = await new Promise((resolve) => {
    const listening = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => resolve(listening));
  });
  return { server, web };
};
