/** The dashboard in Next.js 16, at /sidekiq. A Request of Next.js does not say who sent it: without `auth` nobody is let in. */
import { basicAuth, createWeb } from "tsq/web";

// Made when it is first asked for: `next build` loads this file as well, where there is neither a password nor a Redis.
let web: ReturnType<typeof createWeb> | undefined;

const answer = (request: Request) => {
  web ??= createWeb({
    basePath: "/sidekiq",
    auth: basicAuth({ admin: { password: process.env.TSQ_WEB_PASSWORD ?? "", role: "admin" } }),
  });
  return web(request);
};

export { answer as GET, answer as HEAD, answer as POST };
