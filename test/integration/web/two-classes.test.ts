/** A job of ActiveJob whose wrapper says that it is of one class, and whose arguments say that it is of another. */
import type { Authorize, Role, WebOptions } from "tsq/web";
import { describe, expect, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

const serve = (authorize: Authorize | undefined, role: Role, more: WebOptions = {}) =>
  stage.serve({ auth: () => ({ name: "mira", role }), authorize, ...more });

describe("of a wrapper of ActiveJob that names two classes both are asked for: one runs in Ruby, one in tsq", () => {
  const wrapper = (wrapped: string, inner: string, jid: string) =>
    JSON.stringify({
      class: "Sidekiq::ActiveJob::Wrapper",
      wrapped,
      jid,
      queue: "q",
      created_at: 1_000,
      args: [{ job_class: inner, arguments: [{ note: "classified" }] }],
    });
  const notPayroll: Authorize = (_, action, subject) => action === "look" || subject.class !== "Payroll";

  test.each([
    ["Harmless", "Payroll"],
    ["Payroll", "Harmless"],
  ])("%s with %s in it is left alone, one by one and by work on many", async (...names) => {
    await stage.redis.zadd("retry", 1, wrapper(...names, "w1"));
    const dashboard = await serve(notPayroll, "operator");

    expect((await dashboard.post("/retries/1-w1", { retry: "1" })).status).toBe(403);
    await dashboard.post("/retries/all/retry", { q: "" });
    expect(await stage.redis.zcard("retry")).toBe(1);
  });

  test("and nobody makes a job one of a class that is kept by its arguments", async () => {
    await stage.redis.zadd("retry", 1, wrapper("Harmless", "Harmless", "w1"));
    const dashboard = await serve(notPayroll, "operator");
    const edit = (inner: string) =>
      dashboard.post("/retries/1-w1/edit", { args: JSON.stringify([{ job_class: inner, arguments: [1] }]) });

    expect((await edit("Payroll")).status).toBe(403);
    expect(await stage.redis.zrange("retry", "0", "-1")).toEqual([wrapper("Harmless", "Harmless", "w1")]);
    expect((await edit("Kind")).status).toBe(302);
    expect(await stage.redis.llen("queue:q")).toBe(1);
  });

  test("and the job is hidden from who may look at one of them alone, its arguments by the mask of either", async () => {
    await stage.redis.zadd("retry", 1, wrapper("Harmless", "Payroll", "w1"));
    const hiding = await serve((_, __, subject) => subject.class !== "Payroll", "viewer");
    const masking = await serve(undefined, "viewer", {
      mask: (args, about) => (about.class === "Payroll" ? args.map(() => "no") : args),
    });

    expect((await hiding.get("/jobs/w1")).status).toBe(403);
    expect((await hiding.get("/retries")).text).not.toContain("Harmless");
    expect((await masking.get("/jobs/w1")).text).not.toContain("classified");
  });
});
