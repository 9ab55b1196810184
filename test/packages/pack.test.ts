/**
 * The packages as their users get them: packed, installed from the tarballs into an empty folder, and used there.
 * Needs the npm registry for what they depend on.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRedis, type TestRedis } from "../support/redis.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

let folder: string;
let server: TestRedis;

/** Of `npm test`'s environment only what says where the registry is: the rest would lead back to the workspace. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_(?:cache|registry|userconfig)$)|^NODE_ENV$/.test(name),
  ),
);

async function inFolder(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(command, args, {
    cwd: folder,
    env: { ...env, REDIS_URL: server.url },
    timeout: 240_000,
  });
  return stdout;
}

beforeAll(async () => {
  server = await startRedis();
  folder = mkdtempSync(join(tmpdir(), "tsq-packed-"));
  await run("npm", ["pack", "--workspaces", "--pack-destination", folder], { cwd: ROOT, env });
  writeFileSync(join(folder, "package.json"), '{ "name": "application", "private": true, "type": "module" }');
  const tarballs = readdirSync(folder)
    .filter((file) => file.endsWith(".tgz"))
    .map((file) => `./${file}`);
  await inFolder("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ...tarballs);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a script pushes a job and runs it", async () => {
  writeFileSync(
    join(folder, "app.mjs"),
    `import { configure, defineJob, Worker } from "tsq";
     import { Stats } from "tsq/api";
     const ran = new Promise((resolve) => {
       globalThis.job = defineJob("HelloJob", {}, (job, name) => resolve(name));
     });
     configure({ redis: process.env.REDIS_URL });
     await job.performAsync("world");
     const worker = new Worker({ jobs: [job] });
     await worker.start();
     const name = await ran;
     await worker.stop();
     const stats = new Stats();
     console.log(JSON.stringify({ name, ...(await stats.fetch()) }));
     process.exit(0);`,
  );

  const output = await inFolder(process.execPath, "app.mjs");

  const last = output.trim().split("\n").at(-1) ?? "";
  expect(JSON.parse(last)).toMatchObject({ name: "world", processed: 1, failed: 0, enqueued: 0 });
});

test("CommonJS can require it", async () => {
  writeFileSync(
    join(folder, "app.cjs"),
    `const { defineJob, isJob } = require("tsq");
     const { DeadSet } = require("tsq/api");
     console.log(isJob(defineJob("A", () => {})), typeof DeadSet);`,
  );

  expect(await inFolder(process.execPath, "app.cjs")).toBe("true function\n");
});

test.each(["@tsq/active-job", "@tsq/core", "@tsq/cron", "@tsq/embedded", "@tsq/web", "@tsq/worker", "tsq"])(
  "%s comes with a README that links to no file, and keywords",
  (name) => {
    const own = join(folder, "node_modules", name);

    const readme = readFileSync(join(own, "README.md"), "utf8");
    const { keywords } = JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as {
      keywords?: string[];
    };

    expect(readme).toMatch(new RegExp(`^# ${name}\n`));
    expect([...readme.matchAll(/\]\([^)]*\)/g)]).toEqual([]);
    expect(keywords).toContain("sidekiq");
  },
);

test("npx finds the command", async () => {
  const { version } = createRequire(import.meta.url)("../../packages/tsq/package.json") as {
    version: string;
  };

  expect(await inFolder("npx", "--no-install", "tsq", "--version")).toBe(`${version}\n`);
});

test("the embedded server comes with it", async () => {
  writeFileSync(
    join(folder, "jobs.mjs"),
    `import { defineJob } from "tsq"; export const a = defineJob("A", () => {});`,
  );
  const dev = spawn("node_modules/.bin/tsq", ["dev", "--server", "embedded", "--no-watch"], {
    cwd: folder,
    env,
  });
  let output = "";
  for (const stream of [dev.stdout, dev.stderr])
    stream.on("data", (text: Buffer) => (output += text.toString()));
  dev.stdout.on("data", () => output.includes("Ready") && dev.kill("SIGTERM"));

  const [code] = (await once(dev, "close")) as [number | null];

  expect(output).toContain("Using the embedded Valkey");
  expect(output).toContain("Ready");
  expect(code).toBe(0);
});

test("its types stand a strict compiler that checks them too", async () => {
  // The workspace's compiler, and its types of Node: the user's own are of no matter here.
  for (const name of ["@types", "undici-types"])
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  writeFileSync(
    join(folder, "typed.ts"),
    `import { Client, defineJob, remoteJob, Worker, type JobContext, type WorkerOptions } from "tsq";
     import { Queue, RetrySet, Stats } from "tsq/api";
     const welcome = defineJob("WelcomeJob", { queue: "mailers" }, async (job: JobContext, id: number) => { job.logger.info({ id }); });
     const jid: string | null = await welcome.performAsync(42);
     // @ts-expect-error -- the argument is a number
     await welcome.performAsync("42");
     const broadcast = remoteJob<[id: number]>("BroadcastWorker");
     await broadcast.performIn(60, 7);
     const options: WorkerOptions = { jobs: [welcome], queues: ["critical,3", "mailers"] };
     const worker = new Worker(options);
     await new Client().push({ class: "HardJob", args: [1] });
     const { enqueued } = await new Stats().fetch();
     export { enqueued, jid, Queue, RetrySet, worker };`,
  );
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "es2023",
        module: "nodenext",
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        noEmit: true,
        types: ["node"],
      },
      files: ["typed.ts"],
    }),
  );

  const told = await inFolder(
    process.execPath,
    join(ROOT, "node_modules/typescript/bin/tsc"),
    "-p",
    ".",
  ).catch(
    // tsc writes its findings to standard output.
    (error: unknown) => (error as { stdout: string }).stdout,
  );

  expect(told).toBe("");
});
