import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";

const RUN = new URL("../../examples/demo/run.mjs", import.meta.url).href;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("npm run demo -- --once ends by itself, with every job where it should be", async () => {
  // What scripts/demo.mjs does after the build; a build in the midst of tests would pull the files from under them.
  const source = `process.exit(await (await import(${JSON.stringify(RUN)})).runDemo({ once: true }));`;

  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", source], {
    cwd: ROOT,
    timeout: 50_000,
  });

  expect(stdout).toContain("Every job ended where it should.");
  expect(stdout).toMatch(/fails once, then succeeds\s+│ 3\s+│ done\s+│ 3 /);
  expect(stdout).toMatch(/malformed payload\s+│ 1\s+│ dead\s+│ 1 /);
});

test("npm run demo ends with a dashboard that has something to repair on each of its pages", async () => {
  const source = `process.exit(await (await import(${JSON.stringify(RUN)})).runDemo({}));`;
  const demo = spawn(process.execPath, ["--input-type=module", "-e", source], { cwd: ROOT });
  const end = once(demo, "exit");
  let told = "";
  demo.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
  try {
    await eventually(() => expect(told).toMatch(/Open http:\S+ in a browser/), { timeoutMs: 50_000 });
    const url = /Open (\S+) in a browser/.exec(told)?.[1] ?? "";
    const page = async (path: string) => (await fetch(new URL(path, url))).text();

    await eventually(
      async () => {
        expect(await page("retries")).toMatch(/ChargeJob[^]+no card/);
        expect(await page("queues")).toMatch(/reports[^]+Nobody listens/);
        expect(await page("busy")).toContain("CountStockJob");
        expect(await page("morgue")).toContain("Account 404 does not exist");
        expect(await page("scheduled")).toContain("tea, 60 min later");
        expect(await page("cron")).toContain("coffee");
        // A page is asked for again and again, and a dashboard answers so often only.
      },
      { everyMs: 500 },
    );
  } finally {
    demo.kill("SIGINT");
  }
  expect(await end).toEqual([0, null]);
});

test("npm run demo -- --help explains it", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["scripts/demo.mjs", "--help"], {
    cwd: ROOT,
  });

  expect(stdout).toContain("--once");
  expect(stdout).toContain("examples/demo");
});
