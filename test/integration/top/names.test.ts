/** What a filter of `tsq top` means where there are no jobs: a part of a name. */
import { ApiConnection } from "@tsq/core/api";
import { metricsLayout } from "@tsq/core/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setRedis } from "../../support/empty-redis.ts";
import { FindingsKept, firstState, listOf, Pace, readPlace } from "../../support/inside-tsq.ts";
import type { Place } from "../../support/inside-tsq.ts";

const stage = setRedis();
let api: ApiConnection;
beforeEach(() => {
  api = new ApiConnection({ redis: stage.server.client() });
});
afterEach(() => api.close());

const namesOf = async (place: Place, filter: string) => {
  const kept = { pace: new Pace(), findings: new FindingsKept() };
  const { picture } = await readPlace(api, kept, place, { ...listOf(firstState()), filter }, 14);
  return { names: picture.rows.map(({ cells }) => cells[0]).toSorted(), none: picture.none };
};

test("of queues and of classes those with that part in their name, in letters of any size", async () => {
  await stage.redis.sadd("queues", "mailers", "mail_low", "default");
  const counters = metricsLayout.metricsLayouts[8].counters(Date.now())[0]?.[0] ?? "";
  for (const name of ["MailJob", "Crm::MailerJob", "HardJob"])
    await stage.redis.hset(counters, { [`${name}|p`]: 1, [`${name}|ms`]: 5 });

  expect(await namesOf({ tab: "queues" }, "MAIL")).toEqual({
    names: ["mail_low", "mailers"],
    none: "none with that in its name",
  });
  expect((await namesOf({ tab: "metrics" }, "mail")).names).toEqual(["Crm::MailerJob", "MailJob"]);
  expect((await namesOf({ tab: "metrics" }, "nosuch")).names).toEqual([]);
});
