/** What every job starts from, and what becomes of options that Sidekiq would not keep as they are. */
import { Client, configure, defaultClient, defineJob, InvalidJobError, remoteJob } from "@tsq/core";
import type { JobOptions } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { queued } from "../../support/jobs-in-redis.ts";

const here = clientTests({ client: { defaultJobOptions: { retry: 5, queue: "low", tags: ["team"] } } });

const hardJob = (options: JobOptions = {}) =>
  defineJob("HardJob", { ...options, client: here.client }, (_job, ..._args: readonly unknown[]) => {});

describe("the default options of a client", () => {
  test.each<readonly [way: string, push: () => Promise<unknown>]>([
    ["performAsync()", () => hardJob().performAsync(1)],
    ["performBulk()", () => hardJob().performBulk([[1]])],
    ["set()", () => hardJob().set({ dead: false }).performAsync(1)],
    ["remoteJob()", () => remoteJob("HardJob", { client: here.client }).performAsync()],
    ["Client.push()", () => here.client.push({ class: "HardJob", args: [] })],
    ["Client.push() of a job", () => here.client.push({ class: hardJob(), args: [] })],
    ["Client.pushBulk()", () => here.client.pushBulk({ class: "HardJob", args: [[]] })],
  ])("are those of a job by %s", async (_, push) => {
    await push();

    const [job, ...others] = await queued(here.redis, "low");
    expect(others).toEqual([]);
    expect(job).toMatchObject({ class: "HardJob", queue: "low", retry: 5, tags: ["team"] });
    expect(Object.keys(job ?? {}).slice(0, 2)).toEqual(["retry", "queue"]);
  });

  test("are also those of a push through middleware", async () => {
    here.client.use((_payload, next) => next());

    await hardJob().performAsync(1);
    await hardJob().performBulk([[2]]);

    expect(await queued(here.redis, "low")).toMatchObject([{ retry: 5 }, { retry: 5 }]);
  });

  test("come after the job's own, key by key, and those after the push's", async () => {
    await hardJob({ retry: 1 }).performAsync("job");
    await hardJob({ retry: 1 }).set({ retry: 2 }).performAsync("set");
    await here.client.push({ class: "HardJob", args: ["push"], retry: 3 });

    expect(await queued(here.redis, "low")).toMatchObject([
      { args: ["job"], retry: 1, tags: ["team"] },
      { args: ["set"], retry: 2, tags: ["team"] },
      { args: ["push"], retry: 3, tags: ["team"] },
    ]);
  });

  test("are those of the client that a job is pushed with at the time", async () => {
    const job = defineJob("HardJob", (_job, ..._args: readonly unknown[]) => {});
    configure({ redis: here.server.url, defaultJobOptions: { retry: 1 } });
    await job.performAsync("first");
    await job.set({ client: here.client }).performAsync("other client");
    configure({ redis: here.server.url, defaultJobOptions: { retry: 2 } });
    await job.performAsync("second");
    await defaultClient().close();
    configure({ redis: here.server.url });

    expect(await queued(here.redis)).toMatchObject([
      { args: ["first"], retry: 1 },
      { args: ["second"], retry: 2 },
    ]);
    expect(await queued(here.redis, "low")).toMatchObject([{ args: ["other client"], retry: 5 }]);
  });

  test.each<readonly [defaults: unknown, says: string]>([
    ["retry", "`defaultJobOptions` to be an object"],
    [[], "`defaultJobOptions` to be an object"],
    [{ retry: -1 }, "Job 'retry' must be"],
    [{ queue: "" }, "valid queue name"],
  ])("are refused where a job's would be: %o", (defaults, says) => {
    expect(() => new Client({ redis: here.server.url, defaultJobOptions: defaults as JobOptions })).toThrow(
      says,
    );
  });
});

test("a retry_for is whole seconds, whatever pushes it, as in Sidekiq", async () => {
  await hardJob({ retry_for: 60.9 }).performAsync();
  await hardJob().set({ retry_for: 60.9 }).performBulk([[]]);
  await here.client.push({ class: "HardJob", args: [], retry_for: 60.9 });
  here.client.use((_payload, next) => next());
  await hardJob({ retry_for: 60.9 }).performAsync();
  await new Client({ redis: here.server.url, defaultJobOptions: { retry_for: 60.9, queue: "low" } }).push({
    class: "HardJob",
    args: [],
  });

  const jobs = await queued(here.redis, "low");
  expect(jobs.map(({ retry_for: seconds }) => seconds)).toEqual([60, 60, 60, 60, 60]);
});

describe("a wrapped class", () => {
  test.each([{}, 5, ["A"], "", true])("that is no name is refused: %o", async (wrapped) => {
    const item = { class: "Sidekiq::ActiveJob::Wrapper", args: [], wrapped };

    await expect(here.client.push(item)).rejects.toThrow("Job 'wrapped' must be the String of a class name");
    await expect(here.client.pushBulk({ ...item, args: [[]] })).rejects.toThrow(InvalidJobError);
    await expect(hardJob().set({ wrapped }).performAsync()).rejects.toThrow(InvalidJobError);
    expect(await here.redis.keys("*")).toEqual([]);
  });

  test("that a middleware makes no name is refused", async () => {
    here.client.use((payload, next) => {
      Object.assign(payload, { wrapped: { toString: 1 } });
      return next();
    });

    await expect(here.client.push({ class: "A", args: [] })).rejects.toThrow("Job 'wrapped' must be");
  });

  test("is named by what is wrong with its arguments", async () => {
    const wrapped = "WelcomeJob";
    const says = "Job arguments to WelcomeJob must be native JSON types";
    const wrapper = hardJob().set({ wrapped });
    const args = [new Date(0)];

    await expect(here.client.push({ class: "Wrapper", wrapped, args })).rejects.toThrow(says);
    await expect(here.client.pushBulk({ class: "Wrapper", wrapped, args: [args] })).rejects.toThrow(says);
    await expect(wrapper.performAsync(...args)).rejects.toThrow(says);
    await expect(wrapper.performBulk([args])).rejects.toThrow(says);
    await expect(wrapper.performInline(...args)).rejects.toThrow(says);
  });
});
