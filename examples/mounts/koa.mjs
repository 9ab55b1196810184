/** The dashboard in Koa 3. It takes requests as they come, and those whose body a parser has read. */
import Koa from "koa";
import { createWeb, toNodeHandler } from "tsq/web";

/**
 * @param path where the dashboard is, such as `/sidekiq`; empty for the whole server
 * @param before what comes before the dashboard, such as a body parser
 */
export const listen = async ({
  path = "/sidekiq",
  port = 3000,
  before = [],
  silent = false,
  ...options
} = {}) => {
  const app = new Koa();
  // Koa prints also that a browser went away.
  app.silent = silent;
  const web = createWeb({ basePath: path, ...options });
  const handle = toNodeHandler(web);
  for (const middleware of before) app.use(middleware);
  app.use((ctx, next) => {
    if (ctx.path !== path && !ctx.path.startsWith(`${path}/`)) return next();
    ctx.respond = false;
    // Where Koa's body parsers leave what they have read is not where those of node:http do.
    ctx.req.body = ctx.request.body;
    return handle(ctx.req, ctx.res);
  });
  app.use((ctx) => {
    ctx.body = "the app\n";
  });
  const server = await new Promise((resolve) => {
    const listening = app.listen(port, "127.0.0.1", () => resolve(listening));
  });
  return { server, web };
};
