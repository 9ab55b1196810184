/** The example of a Rails app in a checkout of its own, with a Redis and ports of its own, for what a README says or a test does. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { startNativeRedis } from "./native-redis.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A command that stays, and what it prints when it is up. */
export type Staying = readonly [command: string, up: RegExp];

export interface RailsCheckout {
  readonly redisUrl: string;
  readonly write: (path: string, text: string) => void;
  /** Runs a command to its end, and resolves to what it printed. */
  readonly run: (command: string) => Promise<string>;
  /** Starts one that stays, and resolves, when it is up, to what tells what it has printed. */
  readonly start: (command: Staying | undefined) => Promise<() => string>;
}

/** Ends, with all that was started in it, when the test has. */
export const railsCheckout = async (): Promise<RailsCheckout> => {
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
    redisUrl: env.REDIS_URL,
    write: (path, text) => writeFileSync(join(folder, path), text),
    run: async (command) =>
      (await promisify(execFile)("bash", ["-ec", command], { cwd: folder, env })).stdout,
    start: async ([command, up] = ["", /^/]) => {
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
