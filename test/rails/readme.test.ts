/** "Move one job class to TypeScript" of examples/rails/README.md, done as it is written. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { blocksOf } from "../support/code-blocks.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { startNativeRedis } from "../support/native-redis.ts";
import { runExample } from "../support/rails-example.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BLOCKS = blocksOf("examples/rails/README.md");

/** The commands that stay, and what each prints when it is up. */
const STAYING: readonly (readonly [command: string, up: RegExp])[] = [
  ["puma -C config/puma.rb", /Listening on/],
  ["sidekiq -C config/sidekiq.yml", /crm: sidekiq is up/],
  ["../../node_modules/.bin/tsq work -C config/tsq.yml -r workers/jobs.ts", /Ready; stop with/],
];

const { code } = await runExample(["--missing"], 60_000);

// Where it is skipped, the tests beside this one say why.
describe.skipIf(code !== 0)("the README of the Rails example", () => {
  test("moves a class to TypeScript, step by step, without losing a job", async () => {
    const app = await checkout();

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

/** A copy of the example, as in a checkout of its own, with a Redis and ports of its own. */
const checkout = async () => {
  const root = mkdtempSync(join(tmpdir(), "tsq-rails-readme-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "examples/rails");
  cpSync(join(ROOT, "examples/rails"), folder, { recursive: true });
  cpSync(join(ROOT, "tsconfig.base.json"), join(root, "tsconfig.base.json"));
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  writeFileSync(join(root, "package.json"), `{ "type": "module" }`);
  const redis = await startNativeRedis();
  onTestFinished(() => redis.stop());
  const port = await freePort();
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: root,
    LANG: "C.UTF-8",
    REDIS_URL: redis.url.replace(/\d+$/, "1"),
    BIND: `tcp://127.0.0.1:${port}`,
    CRM_URL: `http://127.0.0.1:${port}`,
  };

  return {
    write: (path: string, text: string) => writeFileSync(join(folder, path), text),
    /** Runs a command to its end, and resolves to what it printed. */
    run: async (command: string): Promise<string> =>
      (await promisify(execFile)("bash", ["-ec", command], { cwd: folder, env })).stdout,
    /** Starts one that stays, and resolves, when it is up, to what tells what it has printed. */
    start: async ([command, up]: (typeof STAYING)[number] | undefined = ["", /^/]) => {
      // It ends with this process, however that ends.
      const args = ["--pdeathsig", "KILL", ...command.split(" ")];
      const child = spawn("setpriv", args, { cwd: folder, env });
      onTestFinished(async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const closed = once(child, "close");
        child.kill("SIGKILL");
        await closed;
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => (output += text));
      await eventually(() => expect(output).toMatch(up), { timeoutMs: 120_000 });
      return () => output;
    },
  };
};
