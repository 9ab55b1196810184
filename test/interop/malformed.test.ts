import { expect, test } from "vitest";
import { defineJob } from "tsq";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

/** What no worker can run. Of these Ruby's pages show those that are no JSON at all. */
const NO_JSON: readonly Buffer[] = [
  Buffer.from("{"),
  Buffer.from(""),
  Buffer.from('{"class":"EchoJob","args":[NaN],"jid":"b"}'),
  Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x80]),
];
const NO_OBJECT: readonly Buffer[] = ["null", "[1]", '"x"', "123", "true"].map((text) => Buffer.from(text));
const ALL = [...NO_JSON, ...NO_OBJECT];

/** JSON but for one byte in a string, as a program writes it that knows nothing of encodings. */
const NO_UTF8 = Buffer.concat([
  Buffer.from('{"class":"DieJob","retry":0,"queue":"ts","jid":"u","args":["'),
  Buffer.from([0xe9, 0xff]),
  Buffer.from('",1.0,[]]}'),
]);

const hexOf = (values: readonly Buffer[]): string[] =>
  values.map((value) => value.toString("hex")).toSorted();

describeInterop("a payload that is no job is kept in the dead set, byte for byte", (shared) => {
  const ran: unknown[] = [];
  const echo = defineJob("EchoJob", (_job, ...args: unknown[]) => {
    ran.push(args);
  });
  const dies = defineJob("DieJob", (_job, ...args: unknown[]) => {
    ran.push(args);
    throw new Error("no");
  });
  const dead = async (): Promise<string[]> => hexOf(await shared.redis.zrangeBuffer("dead", "0", "-1"));

  test("when it waits in a queue for a worker that starts", async () => {
    ran.length = 0;
    await shared.redis.lpush("queue:ts", ...ALL);
    await shared.eval("EchoJob.set(queue: 'ts').perform_async('after')");

    await using _worker = await shared.startTsq({ jobs: [echo], queues: ["ts"] });

    await eventually(() => expect(ran).toEqual([["after"]]));
    await eventually(async () => expect(await dead()).toEqual(hexOf(ALL)));
  });

  test("when it is pushed to a worker that sleeps", async () => {
    ran.length = 0;
    await using _worker = await shared.startTsq({ jobs: [echo], queues: ["ts"], concurrency: 2 });

    for (const [i, payload] of ALL.entries()) {
      await shared.redis.lpush("queue:ts", payload);
      await eventually(async () => expect(await dead()).toHaveLength(i + 1));
    }

    expect(await dead()).toEqual(hexOf(ALL));
    await shared.eval("EchoJob.set(queue: 'ts').perform_async('after')");
    await eventually(() => expect(ran).toEqual([["after"]]));
  });

  test.for(["retry", "schedule"] as const)(
    "when it is due in `%s`, and what is due with it goes on",
    async (set) => {
      ran.length = 0;
      for (const member of ALL) await shared.redis.zadd(set, 1, member);
      await shared.eval("EchoJob.set(queue: 'ts').perform_in(3600, 'after')");
      await shared.makeDue("schedule");

      await using _worker = await shared.startTsq({ jobs: [echo], queues: ["ts"], polls: true });

      await eventually(() => expect(ran).toEqual([["after"]]));
      await eventually(async () => expect(await dead()).toEqual(hexOf(ALL)));
      expect(await shared.redis.zcard(set)).toBe(0);
    },
  );

  test("bytes that are no UTF-8 do not keep a job from running, nor its failure from being kept", async () => {
    ran.length = 0;
    await shared.redis.lpush("queue:ts", NO_UTF8);

    await using _worker = await shared.startTsq({ jobs: [dies], queues: ["ts"] });

    const [member] = await eventually(async () => {
      const members = await shared.redis.zrangeBuffer("dead", "0", "-1");
      expect(members).toHaveLength(1);
      return members;
    });
    expect(ran).toEqual([["\ufffd\ufffd", 1, []]]);
    const kept = NO_UTF8.subarray(0, -1);
    expect(member?.subarray(0, kept.length).equals(kept)).toBe(true);
    expect(await shared.eval("Sidekiq::DeadSet.new.map { |job| [job.jid, job['error_message']] }")).toEqual([
      ["u", "no"],
    ]);
  });

  test("Ruby's page of dead jobs shows what is no JSON beside what died", async () => {
    await shared.redis.lpush("queue:ts", ...NO_JSON);
    await shared.eval("DieJob.set(queue: 'ts').perform_async(7)");

    await using _worker = await shared.startTsq({ jobs: [dies], queues: ["ts"] });

    await eventually(async () => expect(await dead()).toHaveLength(NO_JSON.length + 1));
    expect(await shared.eval("Sidekiq::DeadSet.new.count")).toBe(NO_JSON.length + 1);
    expect(await shared.page("/morgue")).toMatchObject({
      status: 200,
      body: expect.stringContaining("DieJob"),
    });
  });
});
