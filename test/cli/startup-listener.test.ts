import { expect, onTestFinished, test } from "vitest";
import { keysLeft } from "../support/keys-left.ts";
import { startRedis } from "../support/redis.ts";
import { application, startTsqCommand } from "../support/tsq-command.ts";

test("a listener of startup that never ends is named, and TERM stops the worker all the same", async () => {
  // The command has no place for listeners of its own: who adds one does it as this module does.
  const source = `
    import { defineJob, Worker } from "tsq";
    export const job = defineJob("HardJob", () => {});
    const { start } = Worker.prototype;
    Worker.prototype.start = function () {
      this.on("startup", () => new Promise(() => {}));
      return start.call(this);
    };
    // Nothing of the user's may keep the command from ending.
    setInterval(() => {}, 1_000);
  `;
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const cwd = application({ "jobs.mjs": source });
  const command = startTsqCommand(["work", "--redis", server.url], { cwd });
  const line = await command.logged(/^A listener of `startup`/);
  expect(line.msg).toMatch(/has not ended for 10 s; the worker takes no job before it does\./);

  command.signal("SIGTERM");
  const { code } = await command.ended;

  const messages = command.log().map(({ msg }) => msg);
  expect(code).toBe(0);
  expect(messages.at(-1)).toBe("Bye!");
  expect(messages).not.toContain("Ready; stop with Ctrl-C");
  expect(await keysLeft(server.client())).toEqual([]);
});
