/** What `tsq doctor` says of a queue that only workers of the project would serve, of which none runs. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { beats, diagnose, told } from "../../support/doctor.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());

test("a queue that only the worker of the Procfile would serve is told as one that nobody serves now", async () => {
  await beats(redis, { queues: ["low"] });
  const files = {
    Procfile: "worker: sidekiq -q default,1\nnode: node_modules/.bin/tsq work -q ts,1 -r jobs.ts\n",
    "app/jobs/ruby_job.rb": "class RubyJob < ApplicationJob\n  queue_as :ts\n  def perform; end\nend\n",
  };

  const [found, ...others] = await diagnose("classes", { url: server.url, files });

  expect(others).toEqual([]);
  expect(found).toMatchObject({
    saw: "`RubyJob` is Ruby, and goes to `ts`, which only a TypeScript worker of this folder would serve, and none runs now.",
    remedy: expect.stringMatching(
      /^give `ts` to a Ruby worker instead, push it to a queue that Ruby serves, or /,
    ),
  });

  await beats(redis, { identity: "ts:1:abcdef", version: "tsq 0.1.0", queues: ["ts"], classes: ["OwnJob"] });

  expect(await told("classes", { url: server.url, files })).toEqual([
    "error app/jobs/ruby_job.rb:2 `RubyJob` is Ruby, and goes to `ts`, which only TypeScript serves.",
  ]);
});
