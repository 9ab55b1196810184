/** What probes and balancers ask of a dashboard: without a password, and without being told anything. */
import { expect, test } from "vitest";
import { freePort } from "../../support/free-port.ts";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();
const auth = () => null;

test("says that it lives, and that its Redis answers, to whoever has no password", async () => {
  const dashboard = await stage.serve({ auth });

  const [lives, redis, page] = await Promise.all(
    ["/health", "/health/redis", "/retries"].map((path) => dashboard.get(path)),
  );

  expect([lives?.status, redis?.status, page?.status]).toEqual([200, 200, 401]);
  expect(lives?.text).toBe("Healthy: the dashboard answers.\n");
  expect(redis?.text).toBe("Healthy: Redis answers.\n");
});

test("lives also while its Redis is away, and says of that nothing but that it is", async () => {
  const redis = { host: "127.0.0.1", port: await freePort(), password: "secret" };
  const dashboard = await stage.serve({ auth, redis });

  const [lives, away] = await Promise.all(["/health", "/health/redis"].map((path) => dashboard.get(path)));

  expect(lives?.status).toBe(200);
  expect(away).toMatchObject({ status: 503, text: "Redis does not answer.\n" });
});

test("is below the path at which the dashboard is mounted", async () => {
  const dashboard = await stage.serve({ auth, basePath: "/sidekiq" });

  expect((await dashboard.get("/sidekiq/health")).status).toBe(200);
});

test("gives a page of another version its own style, which no browser keeps", async () => {
  const dashboard = await stage.serve({ auth });

  const style = await dashboard.get("/assets/app-000000000000.css");

  expect(style.status).toBe(200);
  expect(style.headers.get("content-type")).toContain("text/css");
  expect(style.headers.get("cache-control")).toBe("no-store");
  expect((await dashboard.get("/assets/else-000000000000.css")).status).toBe(404);
});
