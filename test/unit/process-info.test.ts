import { capsuleName, capsuleOf, identityOf, ownerName } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { hostName, infoJson, newIdentity } from "../support/inside-worker.ts";
import { orderOf } from "../support/queue-order.ts";
import { vector } from "../support/vectors.ts";

const info = (
  capsules: readonly { name: string; concurrency: number; queues: readonly string[] }[],
): unknown =>
  JSON.parse(
    infoJson({
      identity: "web:1:abcdef012345",
      host: "web",
      startedAtMs: 1_795_451_562_556,
      tag: "mytag",
      labels: ["tsq"],
      version: "tsq 0.1.0",
      capsules: capsules.map(({ queues, ...rest }) => ({ ...rest, order: orderOf(queues) })),
    }),
  );

describe("what a process says of itself", () => {
  test("has the fields of every generation's page at once", () => {
    expect(info([{ name: "default", concurrency: 3, queues: ["critical,3", "default,2", "low"] }])).toEqual({
      hostname: "web",
      started_at: 1_795_451_562.556,
      pid: process.pid,
      tag: "mytag",
      concurrency: 3,
      capsules: {
        default: { concurrency: 3, mode: "weighted", weights: { critical: 3, default: 2, low: 0 } },
      },
      queues: ["critical", "default", "low"],
      weights: [{ critical: 3, default: 2, low: 0 }],
      labels: ["tsq"],
      identity: "web:1:abcdef012345",
      version: "tsq 0.1.0",
      embedded: false,
    });
  });

  test("says how it waits for jobs, unless it is by basic fetch, where there is one way", () => {
    const order = orderOf(["a"]);
    const said = (waiting: string | undefined): Record<string, unknown> =>
      JSON.parse(
        infoJson({
          identity: "web:1:abc",
          host: "web",
          startedAtMs: 0,
          tag: "",
          labels: [],
          version: "tsq 0.1.0",
          waiting,
          capsules: [{ name: "default", concurrency: 1, order }],
        }),
      ) as Record<string, unknown>;

    expect(said("hybrid")["waiting"]).toBe("hybrid");
    expect(said(undefined)).not.toHaveProperty("waiting");
  });

  test.each(["6.4.1", "7.3.2", "8.0.10", "8.1.7"])(
    "holds every field that Sidekiq %s writes, of the same type",
    (version) => {
      const { keys } = vector("heartbeat", version);
      const hash = Object.values(keys).find((key) => key.type === "hash" && "info" in key.value);
      const infoText = hash?.type === "hash" ? hash.value["info"] : undefined;
      const rubys = JSON.parse(typeof infoText === "string" ? infoText : "{}") as Record<string, unknown>;

      const ours = info([
        { name: "default", concurrency: 3, queues: ["critical,3", "default,2", "low"] },
      ]) as Record<string, unknown>;

      for (const [field, value] of Object.entries(rubys)) {
        expect([field, typeof ours[field], Array.isArray(ours[field])]).toEqual([
          field,
          typeof value,
          Array.isArray(value),
        ]);
      }
      for (const field of ["queues", "weights", "capsules"]) {
        if (field in rubys) expect(ours[field]).toEqual(rubys[field]);
      }
    },
  );

  test("adds capsules up, and names a queue of two once", () => {
    const shown = info([
      { name: "default", concurrency: 5, queues: ["a", "b"] },
      { name: "single", concurrency: 1, queues: ["b,1"] },
    ]);

    expect(shown).toMatchObject({
      concurrency: 6,
      queues: ["a", "b"],
      weights: [{ a: 0, b: 0 }, { b: 1 }],
      capsules: { default: { mode: "strict" }, single: { concurrency: 1, mode: "random" } },
    });
  });
});

describe("an identity", () => {
  test("is host, pid and a nonce of its own", () => {
    expect(newIdentity("web.1")).toMatch(new RegExp(`^web\\.1:${process.pid}:[0-9a-f]{12}$`));
    expect(newIdentity("web.1")).not.toBe(newIdentity("web.1"));
  });

  test("takes the host's name from DYNO where that is set", () => {
    expect(hostName({ DYNO: "worker.3" })).toBe("worker.3");
    expect(hostName({ DYNO: "" })).not.toBe("");
  });

  test("can be read from the owner of jobs in flight, and so can the capsule", () => {
    const owner = ownerName(capsuleName("web:1:abc", "mail.fast"), 2);

    expect(owner).toBe("web:1:abc~mail.fast~2");
    expect(identityOf(owner)).toBe("web:1:abc");
    expect(capsuleOf(owner)).toBe("web:1:abc~mail.fast");
  });
});
