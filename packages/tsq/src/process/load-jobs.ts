/** Loads the modules that `-r` names, TypeScript or JavaScript, and collects the jobs they export. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError } from "@tsq/core";
import { importTypeScript } from "../typescript/import-typescript.ts";

export interface LoadedModule<T> {
  /** The module's absolute path. */
  readonly file: string;
  readonly jobs: readonly T[];
  /** What the module exports as `configureWorker`: it registers middleware and event handlers. */
  readonly configure?: (worker: unknown) => unknown;
}

/**
 * Imports each path, a module or a directory with a `jobs` or an `index` module in it, one after the
 * other, and finds the jobs among its exports, also inside exported lists and objects.
 *
 * @throws ConfigError naming the file, the reason and the line; what the module threw is its `cause`
 */
export const loadJobs = async <T>(
  paths: readonly string[],
  isJob: (value: unknown) => value is T,
): Promise<LoadedModule<T>[]> => {
  const modules: LoadedModule<T>[] = [];
  for (const path of paths) modules.push(await loadModule(path, isJob));
  return modules;
};

const loadModule = async <T>(
  path: string,
  isJob: (value: unknown) => value is T,
): Promise<LoadedModule<T>> => {
  const file = moduleAt(path);
  const namespace = await importModule(file);
  const main = namespace["default"];
  // Of a CommonJS module Node may see no export but `default`: what it holds counts as exported.
  const exported = isPlainObject(main) && !isJob(main) ? { ...main, ...namespace } : namespace;
  const jobs = jobsAmong(exported, isJob);
  const configure = exported["configureWorker"];
  if (configure !== undefined && typeof configure !== "function") {
    throw new ConfigError(
      `Expected \`configureWorker\` of \`${file}\` to be a function, got ${typeof configure}. ` +
        "Export `const configureWorker = (worker) => { … }`.",
    );
  }
  if (jobs.length === 0 && configure === undefined) {
    const names = Object.keys(exported).map((name) => `\`${name}\``);
    throw new ConfigError(
      `Expected \`${file}\` to export a job, got ${names.length > 0 ? names.join(", ") : "no export"}. ` +
        "Export what `defineJob(…)` returns: `export const hardJob = defineJob(…)`.",
    );
  }
  // The cast names the parameter, which a check at run time cannot see.
  return { file, jobs, ...(configure ? { configure: configure as (worker: unknown) => unknown } : {}) };
};

const JAVASCRIPT = [".js", ".mjs", ".cjs"];
const TYPESCRIPT = [".ts", ".mts", ".cts", ".tsx"];
const EXTENSIONS = [...TYPESCRIPT, ...JAVASCRIPT];

const moduleAt = (path: string): string => {
  const file = resolve(path);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isDirectory()) {
    const found = firstWithExtension(join(file, "jobs")) ?? firstWithExtension(join(file, "index"));
    if (found) return found;
    throw new ConfigError(
      `Expected the directory \`${path}\` to hold jobs.ts, jobs.js, jobs.mjs or an index module, found none. ` +
        "Name the module with -r.",
    );
  }
  if (!stats) {
    const meant = firstWithExtension(file);
    throw new ConfigError(
      `There is no module \`${path}\`. ` +
        (meant
          ? `Did you mean \`${path}${extname(meant)}\`?`
          : `Looked for \`${file}\`: correct the path after -r.`),
    );
  }
  if (EXTENSIONS.includes(extname(file))) return file;
  throw new ConfigError(
    `Expected \`${path}\` to be a module (${EXTENSIONS.join(" ")}), got a ${extname(file) || "nameless"} file. ` +
      (extname(file) === ".rb"
        ? "tsq runs jobs written in TypeScript; name their module with -r, which goes before `require` of the config file."
        : "Name a module with -r."),
  );
};

const firstWithExtension = (stem: string): string | undefined =>
  EXTENSIONS.map((extension) => stem + extension).find((file) => existsSync(file));

type Exports = Readonly<Record<string, unknown>>;

const importModule = async (file: string): Promise<Exports> => {
  const isNative = JAVASCRIPT.includes(extname(file)) || hasTypeScriptLoader();
  let namespace: unknown;
  try {
    namespace = isNative ? await import(pathToFileURL(file).href) : await importTypeScript(file);
  } catch (error) {
    throw notLoaded(file, error);
  }
  return isPlainObject(namespace) ? namespace : { default: namespace };
};

/** Also a module's namespace, whose prototype is null. */
const isPlainObject = (value: unknown): value is Exports => {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

/**
 * Under a loader of the user's own, ours would load a second copy of the library. Node's own type
 * stripping is none: it knows neither enums nor `paths` nor decorators.
 */
const hasTypeScriptLoader = (): boolean => {
  const flags = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(/\s+/)];
  return (
    !isNode() || flags.some((flag, at) => LOADER.test(flag) && LOADS.test(`${flags[at - 1] ?? ""} ${flag}`))
  );
};

const isNode = (): boolean => !("Bun" in globalThis) && !("Deno" in globalThis);

// A script after -e is a flag too, and may hold any word.
const LOADS = /(?:^| )(?:-r|--require|--import|--loader|--experimental-loader)[= ]/;
const LOADER = /\b(?:tsx|ts-node|jiti|esbuild-register|amaro)\b|@swc-node|@oxc-node/;

const notLoaded = (file: string, error: unknown): ConfigError => {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: "" };
  const line =
    lineOf(file, `${message}\n${stack ?? ""}`) ??
    (error instanceof SyntaxError ? syntaxErrorLine(file) : null);
  const [reason = ""] = message.split("\n").filter((text) => text.trim() !== "");
  const name = error instanceof Error && error.name !== "Error" ? `${error.name}: ` : "";
  // jiti writes the place of a parse error into the second line of its message.
  const [elsewhere] = /^\s*(\/\S+:\d+:\d+)$/m.exec(message)?.slice(1) ?? [];
  const place = line === null && elsewhere ? ` (${elsewhere})` : "";
  const said = reason.trim().replace(`${file}:${line}: `, "");
  return new ConfigError(
    `\`${file}${line === null ? "" : `:${line}`}\` cannot be loaded: ${name}${said}${place}`,
    { cause: error },
  );
};

const lineOf = (file: string, text: string): number | null => {
  for (const name of [pathToFileURL(file).href, file]) {
    const at = text.indexOf(`${name}:`);
    const line = at === -1 ? Number.NaN : Number.parseInt(text.slice(at + name.length + 1), 10);
    if (line > 0) return line;
  }
  return null;
};

/** An ES module that does not parse has no place in its error: Node tells it only to a terminal. */
const syntaxErrorLine = (file: string): number | null => {
  // Another runtime may take the flag for nothing and run the file.
  if (!isNode()) return null;
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 5_000 });
  return lineOf(file, stderr);
};

/** Named exports, the default, and one level into lists and objects; each job once, in the order of export. */
const jobsAmong = <T>(
  exported: Readonly<Record<string, unknown>>,
  isJob: (value: unknown) => value is T,
): T[] => {
  const jobs = Object.values(exported).flatMap((value) =>
    isJob(value) ? [value] : contentsOf(value).filter((inner) => isJob(inner)),
  );
  return [...new Set(jobs)];
};

const contentsOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value;
  return isPlainObject(value) ? Object.values(value) : [];
};
