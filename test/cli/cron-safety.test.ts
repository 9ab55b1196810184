/** The commands of cron, of entries and files that somebody hostile has written. */
import { beforeEach, expect, test } from "vitest";
import { HOSTILE, OBEYED } from "../support/hostile-text.ts";
import { setShell } from "../support/shell.ts";
import { application, tsq } from "../support/tsq-command.ts";

const shell = setShell();

const NAMESPACE = `n${HOSTILE}`;
const BROKEN = `broken ${HOSTILE}`;
/** By its name alone it is not known which is meant. */
const DOUBLE = `double ${HOSTILE}`;

beforeEach(async () => {
  const entry = {
    name: HOSTILE,
    namespace: "default",
    cron: "0 5 * * *",
    klass: HOSTILE,
    queue: HOSTILE,
    description: HOSTILE,
    args: JSON.stringify([HOSTILE]),
    status: "enabled",
    source: "schedule",
    last_enqueue_time: HOSTILE,
  };
  const put = shell.redis.multi();
  const save = (name: string, namespace: string, more: object = {}) => {
    const key = `cron_job:${namespace}:${name}`;
    put.sadd(`cron_jobs:${namespace}`, key).hset(key, { ...entry, name, namespace, ...more });
  };
  save(HOSTILE, "default");
  save(BROKEN, "default", { cron: HOSTILE, status: HOSTILE, source: HOSTILE });
  for (const namespace of ["default", NAMESPACE]) save(DOUBLE, namespace);
  const ran = { jid: HOSTILE, enqueued: HOSTILE };
  put.lpush(`cron_job:default:${HOSTILE}:jid_history`, JSON.stringify(ran), HOSTILE);
  put.zadd("tsq:cron:missed", 1, `cron_job:default:${HOSTILE}\n${new Date().toISOString()}\n${HOSTILE}`);
  await put.exec();
});

/** In a folder with schedules of such names, texts and mistakes. */
const cron = async (args: readonly string[]): Promise<void> => {
  const fine = { cron: "0 5 * * *", class: "AJob" };
  const cwd = application({
    [`${HOSTILE}.yml`]: JSON.stringify({
      [`new ${HOSTILE}`]: { ...fine, queue: HOSTILE, description: HOSTILE, args: [HOSTILE] },
      [`wrong ${HOSTILE}`]: { ...fine, cron: HOSTILE },
      [`nobody ${HOSTILE}`]: { ...fine, class: HOSTILE },
      [`zone ${HOSTILE}`]: { ...fine, cron: `0 5 * * * ${HOSTILE}` },
      [`odd ${HOSTILE}`]: { ...fine, [HOSTILE]: HOSTILE, catch_up: HOSTILE, date_as_argument: HOSTILE },
      [`none ${HOSTILE}`]: HOSTILE,
    }),
    "broken.yml": `a: {cron: "0 5 * * *", ${HOSTILE}`,
  });
  for (const form of [[], ["--json"]]) {
    const { stdout, stderr } = await tsq(["cron", ...args, ...form], { cwd, env: shell.env() });

    expect(stdout + stderr).not.toBe("");
    expect(stdout + stderr).not.toMatch(OBEYED);
    expect(stdout + stderr).not.toContain("\nsecond line");
  }
};

test.for([
  ["list"],
  ["list", "--namespace", NAMESPACE],
  ["show", HOSTILE],
  ["show", BROKEN],
  ["show", DOUBLE],
  ["show", DOUBLE, "--namespace", NAMESPACE],
  ["run", HOSTILE],
  ["run", DOUBLE],
  ["disable", HOSTILE],
  ["enable", HOSTILE],
  ["enable", BROKEN],
  ["delete", HOSTILE, "--yes"],
  ["delete", DOUBLE, "--yes"],
  ["load", `${HOSTILE}.yml`, "--dry-run"],
  ["load", `${HOSTILE}.yml`],
  ["load", `${HOSTILE}.yml`, "--yes"],
  ["load", "broken.yml", "--yes"],
  ["load", `no ${HOSTILE}.yml`],
  ["next", HOSTILE],
  ["next", `0 5 * * * ${HOSTILE}`],
  ["next", `every day at five in ${HOSTILE}`],
  ["next", "0 5 * * *", "--tz", HOSTILE],
  ["next", "0 5 * * *", "--count", HOSTILE],
  ["next", "0 5 * * *", "--from", HOSTILE],
])("tsq cron %j prints nothing that a terminal obeys, for people and programs", (args) => cron(args));

test.for(["show", "disable", "enable", "delete"])(
  "tsq cron %s does it to an entry of such a name",
  async (verb) => {
    const { code, stdout } = await shell.run("cron", verb, HOSTILE, ...(verb === "delete" ? ["--yes"] : []));

    expect([code, stdout]).toEqual([0, expect.stringContaining("\\x1b[31mred")]);
  },
);
