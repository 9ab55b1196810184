/** The dashboard beside other paths of a server of node:http. */
import { createServer } from "node:http";
import { createWeb, toNodeHandler } from "tsq/web";

/** @param path where the dashboard is, such as `/sidekiq`; empty for the whole server */
export const listen = async ({ path = "/sidekiq", port = 3000, ...options } = {}) => {
  const web = createWeb({ basePath: path, ...options });
  const handle = toNodeHandler(web);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === path || pathname.startsWith(`${path}/`)) void handle(request, response);
    else response.end("the app\n");
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { server, web };
};
