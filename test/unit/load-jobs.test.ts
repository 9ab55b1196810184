/** What `-r` loads: which module, by which loader, which of its exports are jobs, and what is refused. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOAD_JOBS_MODULE as MODULE } from "../support/inside-tsq.ts";
import type { loadJobs as LoadJobs } from "../support/inside-tsq.ts";

// Imported the usual way, vitest would put its own loader in the place of Node's import().
const { loadJobs }: { loadJobs: typeof LoadJobs } = createRequire(import.meta.url)(MODULE);

interface FakeJob {
  readonly job: string;
}

const isJob = (value: unknown): value is FakeJob =>
  typeof value === "object" && value !== null && "job" in value;

let directory = "";
beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "tsq-jobs-")));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const write = (path: string, content: string): string => {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
};

const jobsOf = async (file: string): Promise<string[]> => {
  const [module] = await loadJobs([file], isJob);
  return module?.jobs.map(({ job }) => job) ?? [];
};

const refusal = async (path: string): Promise<Error> => {
  const error: unknown = await loadJobs([path], isJob).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: "TSQ_CONFIG" });
  return error as Error;
};

const message = async (path: string): Promise<string> =>
  (await refusal(path)).message.replaceAll(`${directory}/`, "");

describe("a module is loaded", () => {
  test.each([
    ["plain.js", `exports.one = { job: "js" };`],
    ["esm.mjs", `await 0; export const one = { job: "mjs" };`],
    ["common.cjs", `module.exports = { one: { job: "cjs" } };`],
    ["typed.ts", `enum Name { It = "ts" }\nawait 0;\nexport const one: { job: Name } = { job: Name.It };`],
    ["typed.mts", `export const one = { job: "mts" } satisfies object;`],
    ["typed.cts", `const one: { job: string } = { job: "cts" };\nmodule.exports = { one };`],
    ["typed.tsx", `export const one = <T,>(job: T) => ({ job });\nexport const two = one<string>("tsx");`],
  ])("%s", async (name, content) => {
    expect(await jobsOf(write(`each/${name}`, content))).toEqual([name.replace(/^.*\./, "")]);
  });

  test("with the paths of the tsconfig beside it, and .js written for .ts", async () => {
    write("app/tsconfig.json", `{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }`);
    write("app/src/name.ts", `export const name: string = "by path";`);
    write("app/src/other.ts", `export const other: string = "by extension";`);
    const file = write(
      "app/jobs.ts",
      `import { name } from "~/name";
       import { other } from "./src/other.js";
       export const one = { job: name };
       export const two = { job: other };`,
    );

    expect(await jobsOf(file)).toEqual(["by path", "by extension"]);
  });

  test.each([
    ["typed.ts", ""],
    ["attribute.ts", ` with { type: "json" }`],
    ["attribute.mjs", ` with { type: "json" }`],
  ])("with the JSON that it imports: %s", async (name, attributes) => {
    write("json/data.json", `{ "job": "data" }`);
    const file = write(
      `json/${name}`,
      `import data from "./data.json"${attributes};\nexport const one = data;`,
    );

    expect(await jobsOf(file)).toEqual(["data"]);
  });

  test("with JSX in what it imports", async () => {
    write("mail/node_modules/react/package.json", `{ "name": "react", "version": "0.0.0" }`);
    write(
      "mail/node_modules/react/jsx-runtime.js",
      `exports.jsx = (type, props) => type + " " + props.children;`,
    );
    write("mail/welcome.tsx", `export const welcome = () => <p>hello</p>;`);
    const file = write(
      "mail/jobs.ts",
      `import { welcome } from "./welcome";\nexport const one = { job: welcome() };`,
    );

    expect(await jobsOf(file)).toEqual(["p hello"]);
  });

  test("and shares what it imports with the other modules and with tsq", async () => {
    const shared = write("shared/shared.mjs", `export const shared = { job: "shared" };`);
    write("shared/typed.ts", `export const typed = { job: "typed" };`);
    const paths = ["one", "two"].map((name) =>
      write(
        `shared/${name}.ts`,
        `export { shared } from "./shared.mjs";\nexport { typed } from "./typed.js";`,
      ),
    );

    const [one, two] = await loadJobs(paths, isJob);
    const own: { shared: FakeJob } = createRequire(import.meta.url)(shared);

    expect(one?.jobs).toEqual([{ job: "shared" }, { job: "typed" }]);
    expect(one?.jobs[0]).toBe(two?.jobs[0]);
    expect(one?.jobs[1]).toBe(two?.jobs[1]);
    expect(one?.jobs[0]).toBe(own.shared);
  });

  test("of a directory, jobs before index, and TypeScript before what it was compiled to", async () => {
    write("both/jobs.ts", `export const one = { job: "jobs.ts" };`);
    write("both/jobs.js", `throw new Error("stale");`);
    write("both/index.ts", `throw new Error("index");`);
    write("index/index.mjs", `export const one = { job: "index.mjs" };`);

    expect(await jobsOf(join(directory, "both"))).toEqual(["jobs.ts"]);
    expect(await jobsOf(join(directory, "index"))).toEqual(["index.mjs"]);
  });

  test("by the loader that the process was started with, if it has one", () => {
    const hooks = `export const load = (url, context, next) => url.endsWith(".ts")
      ? { format: "module", shortCircuit: true, source: 'export const one = { job: "by its own loader" };' }
      : next(url, context);`;
    const loader = write(
      "tsx/loader.mjs",
      `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`,
    );
    const file = write("tsx/jobs.ts", `export const one = { job: "by jiti" };`);
    const script = `import { loadJobs } from ${JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve(MODULE)).href)};
      const [module] = await loadJobs([${JSON.stringify(file)}], (value) => value.job !== undefined);
      console.log(module.jobs[0].job);`;
    const run = (...flags: string[]): string =>
      spawnSync(process.execPath, [...flags, "--input-type=module", "-e", script], { encoding: "utf8" })
        .stdout;

    expect(run()).toBe("by jiti\n");
    expect(run("--import", pathToFileURL(loader).href)).toBe("by its own loader\n");
  });
});

describe("its jobs are", () => {
  test("what it exports by name, by default, in lists and in objects, each once and in order", async () => {
    const file = write(
      "exports.mjs",
      `const one = { job: "one" }, two = { job: "two" };
       export { one, one as again };
       export const b = [two, one, "no job", null, [{ job: "too deep" }]];
       export const c = { three: { job: "three" }, deeper: { no: { job: "too deep" } } };
       export const number = 5, nothing = null, handler = () => {};
       export class Unrelated { static job = "no" }
       export default { four: { job: "four" }, list: [{ job: "five" }] };`,
    );

    expect((await jobsOf(file)).sort()).toEqual(["five", "four", "one", "three", "two"]);
  });

  test("those of a CommonJS module whose exports Node cannot name", async () => {
    const file = write(
      "hidden.cjs",
      `const all = { list: [{ job: "hidden" }] };\nmodule.exports = Object.assign({}, all);`,
    );

    expect(await jobsOf(file)).toEqual(["hidden"]);
  });

  test("those of each path, in the order given", async () => {
    const paths = ["z", "a"].map((name) =>
      write(`order/${name}.mjs`, `export const it = { job: "${name}" };`),
    );

    expect(await loadJobs(paths, isJob)).toEqual([
      { file: paths[0], jobs: [{ job: "z" }] },
      { file: paths[1], jobs: [{ job: "a" }] },
    ]);
  });

  test("none, when it is there to configure the worker", async () => {
    const file = write(
      "hooks.ts",
      `export const configureWorker = (worker: string) => worker + " configured";`,
    );

    const [module] = await loadJobs([file], isJob);

    expect(module?.jobs).toEqual([]);
    expect(module?.configure?.("worker")).toBe("worker configured");
  });
});

describe("what cannot be loaded is refused", () => {
  test.each([
    ["missing.ts", null, "There is no module"],
    [
      "app.rb",
      "class App; end",
      "got a .rb file. tsq runs jobs written in TypeScript; name their module with -r",
    ],
    ["jobs.json", "{}", "got a .json file. Name a module with -r."],
    ["nothing.mjs", "", "Expected `nothing.mjs` to export a job, got no export."],
    ["other.ts", "export const a = 1, b = 2;", "Expected `other.ts` to export a job, got `a`, `b`."],
    [
      "hook.mjs",
      "export const configureWorker = 5;",
      "Expected `configureWorker` of `hook.mjs` to be a function",
    ],
    ["throws.mjs", "\n\nthrow new RangeError('boom');", "`throws.mjs:3` cannot be loaded: RangeError: boom"],
    ["throws.ts", "type A = 1;\n\nthrow new Error('boom');", "`throws.ts:3` cannot be loaded: boom"],
    ["text.mjs", "throw 'just text';", "`text.mjs` cannot be loaded: just text"],
    [
      "syntax.mjs",
      "export const a = 1;\nconst = 2;",
      "`syntax.mjs:2` cannot be loaded: SyntaxError: Unexpected",
    ],
    ["syntax.cjs", "\nconst = 2;", "`syntax.cjs:2` cannot be loaded: SyntaxError: Unexpected"],
    ["syntax.ts", "type A = 1;\nconst = 2;", "`syntax.ts:2` cannot be loaded: ParseError: Unexpected"],
    ["absent.mjs", "import './nowhere.mjs';", "`absent.mjs` cannot be loaded: Cannot find module"],
    ["absent.ts", "import 'no-such-package';", "cannot be loaded: Cannot find module 'no-such-package'"],
    ["within.ts", "import './syntax-within';", "cannot be loaded: ParseError: Unexpected"],
  ])("%s", async (name, content, reason) => {
    write("syntax-within.ts", "const = 2;");
    const path = content === null ? join(directory, name) : write(name, content);

    expect(await message(path)).toContain(reason);
  });

  test("a syntax error in what a module imports is placed there", async () => {
    write("deep/broken.ts", "type A = 1;\nconst = 2;");
    const file = write("deep/jobs.ts", "import './broken';");

    expect(await message(file)).toMatch(/^`deep\/jobs\.ts` cannot be loaded: .*\(deep\/broken\.ts:2:\d+\)$/);
  });

  test("a path without its extension is completed in the error", async () => {
    const file = write("complete.ts", "export {};");

    expect((await refusal(file.replace(".ts", ""))).message).toContain(`Did you mean \`${file}\`?`);
  });

  test("a directory without a module says what it was searched for", async () => {
    mkdirSync(join(directory, "empty"), { recursive: true });

    expect(await message(join(directory, "empty"))).toContain(
      "to hold jobs.ts, jobs.js, jobs.mjs or an index module, found none. Name the module with -r.",
    );
  });

  test("what the module threw is the cause", async () => {
    const error = await refusal(write("cause.mjs", "throw Object.assign(new Error('boom'), { port: 5 });"));

    expect(error.cause).toMatchObject({ message: "boom", port: 5 });
  });
});
