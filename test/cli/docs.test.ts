/** The code of docs/ and of the package's README, compiled as strictly as TypeScript can, all of it at once, and run page by page. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { blocksOf, compiled } from "../support/code-blocks.ts";
import { loadWorkOptions } from "../support/inside-tsq.ts";
import { startRedis } from "../support/redis.ts";
import { application } from "../support/tsq-command.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const PAGES = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".md"),
);

/** README's, which the pages import from. */
const JOBS = blocksOf("README.md").find(({ code }) => code.includes("// jobs.ts"))?.code ?? "";

const folderOf = (page: string): string => page.replaceAll(/\W/g, "-");

/** The blocks of a page by the name in their first line, or by their number; each is a module by itself. */
const modulesOf = (page: string): readonly (readonly [file: string, code: string])[] =>
  blocksOf(page)
    .filter(({ language }) => /^[tj]sx?$/.test(language))
    .map(({ code }, i) => [/^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `block-${i + 1}.ts`, code] as const);

/** Services that a page names: what of them its code uses, with their own types. */
const SERVICES = {
  "node_modules/@sentry/node/package.json": `{ "type": "module", "exports": { "types": "./index.d.ts", "default": "./index.js" } }`,
  "node_modules/@sentry/node/index.js":
    "export const init = () => {}; export const captureException = () => '';",
  "node_modules/@sentry/node/index.d.ts": `export declare function init(options?: { dsn?: string }): unknown;
    export declare function captureException(exception: unknown, hint?: { tags?: Record<string, string>; extra?: Record<string, unknown> }): string;`,
  "node_modules/@honeybadger-io/js/package.json": `{ "main": "index.cjs", "types": "index.d.cts" }`,
  "node_modules/@honeybadger-io/js/index.cjs": "module.exports = { configure() {}, notify() {} };",
  "node_modules/@honeybadger-io/js/index.d.cts": `declare const Honeybadger: {
      configure(options?: { apiKey?: string }): unknown;
      notify(noticeable: string | Error, notice?: { component?: string; context?: Record<string, unknown> }): boolean;
    };
    export = Honeybadger;`,
};

/** Imports each of its arguments in turn, then ends, whatever is still open. */
const RUN = `
  await import("./offline.mjs");
  const { configure } = await import("tsq");
  for (const file of process.argv.slice(2)) {
    // As at the start of a program, whatever the one before has closed or configured.
    configure();
    await import(new URL(file, import.meta.url));
    console.log("ran " + file);
  }
  process.exit(0);`;

test("each TypeScript block of the pages compiles under strict and exactOptionalPropertyTypes, and runs", async () => {
  const paths = [...PAGES.map((page) => `docs/${page}`), "packages/tsq/README.md"];
  const pages = paths
    .map((page) => ({ folder: folderOf(page), modules: modulesOf(page) }))
    .filter(({ modules }) => modules.length > 0);
  const files = pages.flatMap(({ folder, modules }) =>
    [["jobs.ts", JOBS] as const, ...modules].map(([file, code]) => [`${folder}/${file}`, code] as const),
  );
  const { folder: home, says } = compiled({ ...SERVICES, ...Object.fromEntries(files), "run.mjs": RUN });
  expect(says).toBe("");
  const server = await startRedis();
  onTestFinished(() => server.stop());

  for (const { folder, modules } of pages) {
    const scripts = modules.map(([file]) => `./out/${folder}/${file.replace(/\.ts$/, ".js")}`);
    const child = spawn(process.execPath, ["run.mjs", ...scripts], {
      cwd: home,
      env: { PATH: process.env["PATH"], REDIS_URL: server.url },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    expect(await once(child, "close"), `${folder}:\n${output}`).toEqual([0, null]);
    for (const script of scripts) expect(output).toContain(`ran ${script}`);
  }
  expect(await server.client().llen("queue:images")).toBe(1);
  // A compiler and a process for each page, on a machine that may be busy.
}, 180_000);

describe("the pages", () => {
  test("have sidekiq.yml files that tsq reads without a warning", () => {
    const found = PAGES.flatMap((page) => blocksOf(`docs/${page}`)).filter(({ code }) =>
      code.startsWith("# config/sidekiq.yml"),
    );

    expect(found.length).toBeGreaterThan(0);
    for (const { code } of found) {
      const cwd = application({ "config/sidekiq.yml": code });
      expect(loadWorkOptions({}, {}, cwd).warnings).toEqual([]);
    }
  });

  test("link to pages and headings that are there", () => {
    const broken = ["README.md", "ARCHITECTURE.md", ...PAGES.map((page) => `docs/${page}`)].flatMap(
      (from) => {
        const text = readFileSync(join(ROOT, from), "utf8").replaceAll(/```[^]*?```/g, "");
        return [...text.matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(
          ([link, path = "", anchor]) => {
            const to = path === "" ? join(ROOT, from) : join(ROOT, dirname(from), path);
            if (!existsSync(to)) return [`${from}: ${link}`];
            if (anchor === undefined || !to.endsWith(".md")) return [];
            return anchorsOf(to).includes(anchor) ? [] : [`${from}: ${link}`];
          },
        );
      },
    );

    expect(broken).toEqual([]);
  });
});

/** As GitHub makes them of headings. */
const anchorsOf = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
