/** A job that somebody looks at for longer: what its page asks of Redis then. */
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { seekScript } from "../../support/inside-core.ts";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const DUE = 1_900_000_000;
const payload = (jid: string) =>
  JSON.stringify({ class: "HardJob", args: [1], jid, queue: "default", created_at: 1 });
const page = async (path: string) => (await stage.dashboard.get(path)).text.replaceAll(/<wbr>|<\/?bdi>/g, "");

test("who looks at a job again, or has seen it in a list, has it looked for in no set once more", async () => {
  await stage.redis.zadd("dead", DUE, payload("d1"));
  for (let i = 0; i < 300; i++) await stage.redis.zadd("retry", DUE + i, payload(`r${i}`));
  await stage.redis.sadd("queues", "default");
  for (const jid of ["b2", "c3", "a1"]) await stage.redis.lpush("queue:default", payload(jid));
  const asked: string[] = [];
  const looks = `evalsha ${seekScript.sha1}`;
  const monitor = await stage.redis.monitor();
  onTestFinished(() => monitor.disconnect());
  monitor.on("monitor", (_, [command = "", first = ""]: readonly string[]) => {
    asked.push(/^evalsha$/i.test(command) ? `evalsha ${first}` : command.toLowerCase());
  });
  const scans = async () => {
    await stage.redis.echo("seen");
    await eventually(() => expect(asked).toContain("echo"));
    return asked.splice(0).filter((one) => one === looks || one === "zscan").length;
  };

  await page("/jobs/a1");
  expect(await scans()).toBeGreaterThan(0);
  expect(await page("/jobs/a1")).toContain("2 jobs are ahead of it on");
  await page("/jobs/a1/delete");
  await page("/jobs/a1/payload");
  await page("/queues/default");
  expect(await page("/jobs/b2")).toContain("It is the next one on");
  expect(await scans()).toBe(0);

  await stage.dashboard.post("/jobs/a1", { kill: "1" });
  expect(await scans()).toBe(0);
  expect(await page("/jobs/a1")).toContain("runs again only if someone says so");
});
