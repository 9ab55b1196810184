/** What is done to an entry of the cron schedule by a command and by a form of the dashboard: the same, and so in the audit trail. */
import { AuditTrail } from "@tsq/core/api";
import { CronSchedule } from "tsq/cron";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BROKEN, refuse, trail } from "../../support/door-world.ts";
import { setDoors } from "../../support/three-doors.ts";

const stage = setDoors();
const NAME = "nightly";
let schedule: CronSchedule;

beforeEach(async () => {
  schedule = new CronSchedule({ redis: stage.server.client() });
  await schedule.set(NAME, { cron: "0 3 * * * Europe/Berlin", class: "SyncJob", queue: "low" });
});
afterEach(() => schedule.close());

/** What is there afterwards, to how many it was done, and what is said. */
interface Outcome {
  readonly status: string | undefined;
  readonly pushed: number;
  readonly count: number;
  readonly says: RegExp;
}

type Verb = "enable" | "disable" | "run" | "delete";

const GONE = {
  status: undefined,
  pushed: 0,
  count: 0,
  says: /gone|There is none in this Redis/,
};

const CELLS: readonly (readonly [Verb, "there" | "already" | "gone", Outcome])[] = [
  ["enable", "there", { status: "enabled", pushed: 0, count: 1, says: /enabled|fires again/ }],
  ["enable", "already", { status: "enabled", pushed: 0, count: 0, says: /enabled|fires again/ }],
  ["enable", "gone", GONE],
  ["disable", "there", { status: "disabled", pushed: 0, count: 1, says: /disabled|fires no more/ }],
  ["disable", "already", { status: "disabled", pushed: 0, count: 0, says: /disabled|fires no more/ }],
  ["disable", "gone", GONE],
  ["run", "there", { status: "enabled", pushed: 1, count: 1, says: /[0-9a-f]{24}/ }],
  ["run", "gone", GONE],
  ["delete", "there", { status: undefined, pushed: 0, count: 1, says: /[Dd]eleted/ }],
  ["delete", "gone", GONE],
];

/** What `authorize` of a dashboard was asked about stands in its entry: where the job goes, and what it is. */
const SUBJECTS = { terminal: NAME, dashboard: `low SyncJob ${NAME}` } as const;

describe.each(CELLS)("%s %s", (verb, happens, expected) => {
  test.each(["terminal", "dashboard"] as const)("%s", async (name) => {
    const entry = await schedule.find(NAME);
    if ((verb === "disable") === (happens === "already")) await entry?.disable();
    if (verb === "run") await entry?.enable();

    const answer = await stage.door(name)({ verb, entry: NAME }, async () => {
      if (happens === "gone") await entry?.delete();
    });

    const entries = await trail(stage.redis);
    expect({
      status: (await schedule.find(NAME))?.status,
      pushed: await stage.redis.llen("queue:low"),
      count: entries[0]?.count ?? 0,
      says: answer?.says,
    }).toEqual({ ...expected, says: expect.stringMatching(expected.says) });
    expect(entries.map(({ action, subject }) => [action, subject])).toEqual(
      // Who names what is not there has typed a name, and is refused.
      name === "terminal" && happens === "gone" && verb !== "delete"
        ? []
        : [[`cron.${verb}`, happens === "gone" ? NAME : SUBJECTS[name]]],
    );
  });
});

describe.each(["enable", "disable", "run", "delete"] as const)("%s breaks off", (verb) => {
  test.each(["terminal", "dashboard"] as const)("%s", async (name) => {
    if (verb === "enable") await (await schedule.find(NAME))?.disable();

    const answer = await stage.door(name)({ verb, entry: NAME }, async () =>
      refuse(/^(?:evalsha|eval|lpush)$/, verb === "run" ? "queue:low" : NAME),
    );

    expect(answer).toMatchObject({ ended: "wrong", says: expect.stringContaining(BROKEN) });
    expect(await stage.redis.llen("queue:low")).toBe(0);
    expect(await trail(stage.redis)).toEqual([
      {
        action: `cron.${verb}`,
        outcome: "failed",
        count: 0,
        subject: SUBJECTS[name],
        note: expect.stringContaining(BROKEN),
      },
    ]);
  });
});

test("an entry is said to be enabled also where Redis tells nothing any more behind that", async () => {
  await (await schedule.find(NAME))?.disable();
  vi.spyOn(AuditTrail.prototype, "write").mockImplementation(async () => {
    refuse(/./, "");
  });

  const answer = await stage.door("terminal")({ verb: "enable", entry: NAME }, async () => {});

  expect(answer).toMatchObject({
    ended: "well",
    says: expect.stringMatching(/^nightly is enabled; next \d{4}-/),
  });
});

test.each(["terminal", "dashboard"] as const)(
  "an entry whose expression is broken is not enabled by the %s, which says what is wrong with it",
  async (name) => {
    await (await schedule.find(NAME))?.disable();
    for (const key of await stage.redis.keys(`cron_job:*${NAME}`))
      await stage.redis.hset(key, "cron", "every blue moon");

    const answer = await stage.door(name)({ verb: "enable", entry: NAME }, async () => {});

    expect(answer?.says).toContain("`every blue moon`");
    expect((await schedule.find(NAME))?.status).toBe("disabled");
    expect((await trail(stage.redis)).filter(({ count }) => count > 0)).toEqual([]);
  },
);
