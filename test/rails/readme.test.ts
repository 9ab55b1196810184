/** "Move one job class to TypeScript" of examples/rails/README.md, done as it is written. */
import { describe, expect, test } from "vitest";
import { blocksOf } from "../support/code-blocks.ts";
import { eventually } from "../support/eventually.ts";
import { railsCheckout } from "../support/rails-checkout.ts";
import type { Staying } from "../support/rails-checkout.ts";
import { runExample } from "../support/rails-example.ts";

const BLOCKS = blocksOf("examples/rails/README.md");

/** The commands that stay, and what each prints when it is up. */
const STAYING: readonly Staying[] = [
  ["puma -C config/puma.rb", /Listening on/],
  ["sidekiq -C config/sidekiq.yml", /crm: sidekiq is up/],
  ["../../node_modules/.bin/tsq work -C config/tsq.yml -r workers/jobs.ts", /Ready; stop with/],
];

const { code } = await runExample(["--missing"], 60_000);

// Where it is skipped, the tests beside this one say why.
describe.skipIf(code !== 0)("the README of the Rails example", () => {
  test("moves a class to TypeScript, step by step, without losing a job", async () => {
    const app = await railsCheckout();

    await app.run(block("db:schema:load").split("\n").slice(1, 3).join("\n"));
    await app.start(STAYING[0]);
    await app.start(STAYING[1]);
    app.write("workers/send-notification.ts", block("// workers/send-notification.ts"));
    await app.run(block("export { sendNotification }"));
    await app.run(block("[ts_default, 2]").split("\n")[0] ?? "");
    await app.run(block("hello from Ruby"));
    // The job waits for the worker, and not the other way round.
    const tsq = await app.start(STAYING[2]);

    await eventually(() => expect(tsq()).toMatch(/"class":"SendNotificationJob".*"msg":"done"/));
    expect(await app.run(block("ActivityLog.last"))).toContain('{"message"=>"hello from Ruby"}');
    expect(await app.run(block("p left.sum"))).toMatch(/^0$/m);

    app.write("app/jobs/send_notification_job.rb", block("queue_as :ts_default # workers"));
    await app.run(`bin/rails runner 'SendNotificationJob.perform_later(1, "all of them")'`);

    await eventually(() =>
      expect(tsq().match(/"class":"SendNotificationJob".*"msg":"done"/g)).toHaveLength(2),
    );
    expect(await app.run(block("ActivityLog.last"))).toContain('{"message"=>"all of them"}');
  });

  test("names the commands that this test starts", () => {
    const commands = BLOCKS.filter(({ language }) => language === "sh").map((shell) => shell.code);

    for (const [command] of STAYING) expect(commands.join("\n")).toContain(command);
  });
});

/** The code block with this text. */
const block = (text: string): string => {
  const found = BLOCKS.find((one) => one.code.includes(text));
  if (!found) throw new Error(`Expected a code block with \`${text}\` in the README, found none.`);
  return found.code;
};
