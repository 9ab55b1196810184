/** The dashboard in Fastify 5: in a plugin of its own, which reads no bodies. */
import fastify from "fastify";
import { createWeb, toNodeHandler } from "tsq/web";

/** @param path where the dashboard is, such as `/sidekiq`; empty for the whole server */
export const listen = async ({ path = "/sidekiq", port = 3000, ...options } = {}) => {
  const app = fastify();
  const web = createWeb({ basePath: path, ...options });
  const handle = toNodeHandler(web);
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
    for (const route of [path || "/", `${path}/*`])
      scope.all(route, (request, reply) => {
        reply.hijack();
        return handle(request.raw, reply.raw);
      });
    done();
  });
  if (path !== "") app.get("/", () => "the app\n");
  app.addHook("onClose", () => web.close());
  await app.listen({ port, host: "127.0.0.1" });
  return { server: app.server, web };
};
