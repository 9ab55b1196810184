/** Ruby keeps a deadline through every hop, and runs the job whenever its turn comes; tsq holds to what Ruby has kept. */
import { beforeAll, expect, test } from "vitest";
import { defineJob, remoteJob } from "tsq";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

const HOUR_MS = 3_600_000;

describeInterop("a job with a deadline", (shared) => {
  beforeAll(async () => {
    await shared.startRuby({ queues: ["ruby"] });
  });

  const member = (set: "retry" | "schedule"): Promise<string> =>
    eventually(async () => {
      const [text] = await shared.redis.zrange(set, "0", "-1");
      expect(text).toBeDefined();
      return text as string;
    });

  test("is run by Ruby though it is over", async () => {
    const client = shared.newClient();
    const echo = remoteJob("EchoJob", { queue: "ruby", client });

    const jid = await echo.set({ deadline: new Date(Date.now() - HOUR_MS) }).performAsync();

    await eventually(async () => expect(await shared.runs()).toMatchObject([{ jid }]));
  });

  test.for(["Ruby", "tsq"] as const)(
    "keeps it when it fails in Ruby and %s promotes it",
    async (promoter) => {
      if (promoter === "tsq") await shared.holdRubyPollers();
      const client = shared.newClient();
      const deadline = new Date(Date.now() + HOUR_MS);
      const seen: (Date | undefined)[] = [];
      const job = defineJob("BacktraceJob", (context) => void seen.push(context.deadline));
      await remoteJob("BacktraceJob", { queue: "ruby", retry_queue: "ts", client })
        .set({ deadline })
        .performAsync();
      expect(await member("retry")).toContain(`"tsq_deadline":${deadline.getTime()}`);
      await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"], polls: promoter === "tsq" });

      await shared.makeDue("retry");

      await eventually(() => expect(seen).toEqual([deadline]));
    },
  );

  test("that failed in Ruby and comes back too late is discarded by tsq", async () => {
    await shared.holdRubyPollers();
    const ran: string[] = [];
    const deaths: unknown[] = [];
    const client = shared.newClient();
    const job = defineJob("BacktraceJob", ({ jid }) => void ran.push(jid));
    await remoteJob("BacktraceJob", { queue: "ruby", retry_queue: "ts", client })
      .set({ deadline: new Date(Date.now() - HOUR_MS) })
      .performAsync();
    await member("retry");
    await using _worker = await shared.startTsq({
      jobs: [job],
      queues: ["ts"],
      polls: true,
      deathHandlers: [(payload, error) => void deaths.push([payload["error_message"], error])],
    });

    await shared.makeDue("retry");

    await eventually(() =>
      expect(deaths).toEqual([["ruby says where", expect.objectContaining({ code: "TSQ_DEADLINE" })]]),
    );
    expect(ran).toEqual([]);
    expect(await shared.redis.exists("retry", "dead", "queue:ts")).toBe(0);
  });
});
