/** Modules with a tsconfig beside them, loaded as `-r` loads them, and what they export as `one.out`. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { LOAD_JOBS_MODULE } from "./inside-tsq.ts";
import type { loadJobs as LoadJobs } from "./inside-tsq.ts";

// Imported the usual way, vitest would put its own loader in the place of Node's import().
const { loadJobs }: { loadJobs: typeof LoadJobs } = createRequire(import.meta.url)(LOAD_JOBS_MODULE);

export const directory = realpathSync(mkdtempSync(join(tmpdir(), "tsq-forms-")));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

export const write = (path: string, content: string): string => {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
};

interface Out {
  readonly out: unknown;
}

const isOut = (value: unknown): value is Out => typeof value === "object" && value !== null && "out" in value;

export const outOf = async (file: string): Promise<unknown> =>
  (await loadJobs([file], isOut))[0]?.jobs[0]?.out;

let folders = 0;
/** The folder that the next `run` uses. */
export const nextFolder = (): string => `case-${folders}`;

/** What the code exports as `one`, in a folder with a tsconfig of these options. */
export const run = (code: string, compilerOptions: object, name = "jobs.ts"): Promise<unknown> => {
  const folder = `case-${folders++}`;
  write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions }));
  return outOf(write(`${folder}/${name}`, code));
};

export const EXPERIMENTAL = { experimentalDecorators: true };
export const ASSIGNED = { experimentalDecorators: true, useDefineForClassFields: false };

export const WRAPS = `const wraps = (_target: object, _key: string, found: PropertyDescriptor) => {
  const { value } = found;
  found.value = function (...args: unknown[]) { return "<" + value.apply(this, args) + ">"; };
};`;

export const COLUMNS = `const seen: string[] = [];
const col = () => (_target: object, key: string) => { seen.push(key); };
class Row { @col() id!: string; @col() note?: number; @col() count = 1; }
export const one = { out: [seen, Object.keys(new Row())] };`;
