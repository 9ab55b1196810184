/** Whoever listens hears of each job that has ended, with what became of it. */
import { defineJob, kill, snooze } from "@tsq/core";
import type { Extension, ExtensionHost } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

const extension = (install: (host: ExtensionHost) => void): Extension => ({ name: "x", install });

describe("an extension that listens to the ends of jobs", () => {
  const hearing = () => {
    const ends: string[] = [];
    const install = (host: ExtensionHost): void =>
      host.on("concluded", ({ jid }, { kind }) => ends.push(`${jid} ${kind}`));
    return { ends, listens: extension(install) };
  };

  test("hears of each with what became of it, once that is written", async () => {
    const { ends, listens } = hearing();
    const job = defineJob("HardJob", ({ jid }) => {
      if (jid === "fails") throw new Error("no");
      if (jid === "dies") return kill();
      return jid === "sleeps" ? snooze(60) : undefined;
    });
    const jids = ["returns", "fails", "dies", "sleeps"];
    await pushTexts(
      workers.redis,
      jids.map((jid) => payloadText({ jid })),
    );

    await workers.start({ jobs: [job], extensions: [listens] });

    await eventually(() => expect(ends).toHaveLength(4));
    expect(ends.toSorted()).toEqual(["dies dead", "fails retry", "returns done", "sleeps snooze"]);
    expect(await workers.redis.zcard("retry")).toBe(1);
  });

  test("hears of a failure what retryIn has made of it, and nothing of what is no job", async () => {
    const { ends, listens } = hearing();
    const job = defineJob("HardJob", { retryIn: () => "discard" }, () => {
      throw new Error("no");
    });
    await pushTexts(workers.redis, ["garbage", payloadText({ jid: "j" })]);

    await workers.start({ jobs: [job], extensions: [listens] });

    await eventually(() => expect(ends).toEqual(["j discard"]));
    await eventually(async () => expect(await workers.redis.zcard("dead")).toBe(1));
    expect(ends).toHaveLength(1);
  });

  test("and throws is reported, and the jobs go on", async () => {
    const jids: string[] = [];
    const job = defineJob("HardJob", ({ jid }) => void jids.push(jid));
    const install = (host: ExtensionHost): void => {
      host.on("concluded", () => {
        throw new Error("at once");
      });
      host.on("concluded", () => Promise.reject(new Error("later")));
    };
    await pushTexts(workers.redis, [payloadText(), payloadText()]);

    await workers.start({ jobs: [job], extensions: [extension(install)] });

    await eventually(() => expect(jids).toHaveLength(2));
    await eventually(() => expect(workers.errors).toHaveLength(4));
    expect(new Set(workers.errors.map(({ context }) => context.context))).toEqual(
      new Set(["Error in a concluded listener of the extension `x`"]),
    );
  });
});
