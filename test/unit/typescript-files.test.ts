/** What compiling the classes of a file leaves as it was, whose options it follows, where it is kept, and what it refuses. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  ASSIGNED,
  COLUMNS,
  directory,
  EXPERIMENTAL,
  nextFolder,
  outOf,
  run,
  WRAPS,
  write,
} from "../support/typed-jobs.ts";

describe("a file with such classes keeps", () => {
  test("enums, namespaces, parameter properties, top-level await, type imports and import.meta", async () => {
    const code = `import { type Shape, shape } from "./shape.js";
      import type { Nothing } from "no-such-package";
      enum Name { A, B = 5, C } const enum Fixed { X = "x" } namespace Space { export const three = 3; }
      ${WRAPS}
      class Pair { constructor(private a: number, protected b = 2) {} @wraps sum() { return this.a + this.b; } }
      const late: Shape = await Promise.resolve(shape satisfies Shape);
      const { again } = await import("./shape.js");
      export const one = { out: [Name.C, Name[5], Fixed.X, Space.three, new Pair(1).sum(), late, again, typeof import.meta.url] };`;
    write(
      `${nextFolder()}/shape.ts`,
      `export interface Shape { x: 1 }\nexport const shape: Shape = { x: 1 };\nexport const again = 2;`,
    );

    expect(await run(code, EXPERIMENTAL)).toEqual([6, "B", "x", 3, "<3>", { x: 1 }, 2, "string"]);
  });

  test("the imports and exports of CommonJS", async () => {
    const code = `import path = require("node:path");
      ${WRAPS}
      class Job { @wraps run() { return path.basename("/a/b"); } }
      export = { one: { out: new Job().run() } };`;

    expect(await run(code, EXPERIMENTAL, "jobs.cts")).toBe("<b>");
    expect(await run(code, EXPERIMENTAL)).toBe("<b>");
  });

  test("its JSX", async () => {
    const folder = nextFolder();
    write(`${folder}/node_modules/react/package.json`, `{ "name": "react", "version": "0.0.0" }`);
    write(
      `${folder}/node_modules/react/jsx-runtime.js`,
      `exports.jsx = exports.jsxs = (type, { children }) => [type, children];`,
    );
    const code = `${WRAPS}
      class Mail { @wraps name() { return "x"; }
        body() {
          return (
            <p>
              two words
              and more <b>of</b>
            </p>
          );
        }
      }
      export const one = { out: [new Mail().name(), new Mail().body()] };`;

    expect(await run(code, EXPERIMENTAL, "jobs.tsx")).toEqual([
      "<x>",
      ["p", ["two words and more ", ["b", "of"]]],
    ]);
  });

  test("the lines of its stacks, behind types, templates and comments", async () => {
    const code = `#!/usr/bin/env tsq
/* words
 * and more */
interface Long {
  a: string;
}
${WRAPS}
// A line of its own.
const text = \`two // no comment

lines\`;
class Job {
  @wraps
  run(
    name: string,
  ): string {
    // Says where it is.
    return name + text +
      new Error("here").stack;
  }
}
type After = Long;

const where = (error: Error) => Number(/jobs\\.ts:(\\d+)/.exec(error.stack ?? "")?.[1]);
export const one = { out: [where(new Error("there")), Number(/jobs\\.ts:(\\d+)/.exec(new Job().run("x"))?.[1]), text, "a\\
  b"] };`;
    const line = (words: string): number => code.split("\n").findIndex((text) => text.includes(words)) + 1;

    expect(await run(code, EXPERIMENTAL)).toEqual([
      line("export const one"),
      line('new Error("here")'),
      "two // no comment\n\nlines",
      "a  b",
    ]);
  });
});

describe("the tsconfig that counts is", () => {
  test("the nearest to each file, with what it extends", async () => {
    write(
      "near/base.json",
      `{ "compilerOptions": { "experimentalDecorators": true, /* words */ "target": "es2021" } }`,
    );
    write("near/tsconfig.json", `{ "extends": "./base.json" }`);
    write(
      "near/rows/tsconfig.json",
      `{ "extends": "../base.json", "compilerOptions": { "target": "es2024", }, }`,
    );
    write("near/rows/row.ts", COLUMNS);
    const file = write(
      "near/jobs.ts",
      `${COLUMNS.replace("one", "mine")}\nimport { one as theirs } from "./rows/row";\nexport const one = { out: [mine.out, theirs.out] };`.replace(
        "export const mine",
        "const mine",
      ),
    );

    const seen = ["id", "note", "count"];
    expect(await outOf(file)).toEqual([
      [seen, ["count"]],
      [seen, seen],
    ]);
  });

  test("the project that has the file, where tsconfig.json only refers to projects", async () => {
    write(
      "nx/tsconfig.json",
      `{ "files": [], "references": [{ "path": "./tsconfig.spec.json" }, { "path": "./tsconfig.app.json" }] }`,
    );
    write("nx/tsconfig.spec.json", `{ "include": ["src/**/*.spec.ts"] }`);
    write(
      "nx/tsconfig.app.json",
      `{ "include": ["src/**/*.ts"], "compilerOptions": { "experimentalDecorators": true, "useDefineForClassFields": false } }`,
    );

    expect(await outOf(write("nx/src/jobs.ts", COLUMNS))).toEqual([["id", "note", "count"], ["count"]]);
  });
});

describe("a compiled file is kept", () => {
  test("beside its packages, until it or its options change", async () => {
    mkdirSync(join(directory, "kept/node_modules"), { recursive: true });
    const file = join(directory, "kept/jobs.ts");
    const kept = (): string => {
      const folder = join(directory, "kept/node_modules/.cache/tsq");
      const files = readdirSync(folder);
      expect(files).toEqual([expect.stringMatching(/^jobs\.ts-\w+\.js$/)]);
      return join(folder, files[0] ?? "");
    };
    const loaded = (code: string, compilerOptions: object): Promise<unknown> => {
      write("kept/tsconfig.json", JSON.stringify({ compilerOptions }));
      // As a new process would.
      delete createRequire(import.meta.url).cache[file];
      return outOf(write("kept/jobs.ts", code));
    };
    const seen = ["id", "note", "count"];

    expect(await loaded(COLUMNS, ASSIGNED)).toEqual([seen, ["count"]]);
    writeFileSync(kept(), readFileSync(kept(), "utf8").replace("count = 1", "again = 1"));
    expect(await loaded(COLUMNS, ASSIGNED)).toEqual([seen, ["again"]]);
    expect(await loaded(COLUMNS, EXPERIMENTAL)).toEqual([seen, seen]);
    expect(await loaded(COLUMNS.replaceAll("note", "word"), EXPERIMENTAL)).toEqual([
      ["id", "word", "count"],
      ["id", "word", "count"],
    ]);
  });
});

describe("a decorator that would never run is refused, with its line and the way out", () => {
  test.each([
    [
      "on a parameter, without the option",
      {},
      "class Job {\n  constructor(@on a: string) {}\n}",
      3,
      'a parameter has no standard decorators. Set `"experimentalDecorators": true` in tsconfig.json.',
    ],
    [
      "on a function",
      {},
      "@on function run() {}\nclass Job {}",
      2,
      "only classes and their members have decorators.",
    ],
    [
      "on a class expression, with the option",
      EXPERIMENTAL,
      "const Job = @on class {};",
      2,
      "a class expression has none. Write a class declaration.",
    ],
    [
      "on a private name, with the option",
      EXPERIMENTAL,
      "class Job {\n\n @on #run() {} }",
      4,
      "a private name has none. Write `private` instead of `#`.",
    ],
  ])("%s", async (_title, options, code, line, reason) => {
    const refusal = run(`const on: any = () => {};\n${code}\nexport const one = { out: 1 };`, options);

    await expect(refusal).rejects.toMatchObject({ code: "TSQ_CONFIG" });
    await expect(refusal).rejects.toThrow(
      `jobs.ts:${line}\` cannot be loaded: This decorator would never run: `,
    );
    await expect(refusal).rejects.toThrow(reason);
  });

  test("and what does not parse is named with its line", async () => {
    const refusal = run("class Job {\n  @on accessor = = 1;\n}", {});

    await expect(refusal).rejects.toThrow(/jobs\.ts:2` cannot be loaded: ParseError: /);
  });
});
