import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What each package may import of the others. A package that is not here sees all: it is the facade. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "active-job": ["@tsq/core", "@tsq/core/config", "@tsq/core/protocol"],
  core: [],
  embedded: [],
  worker: ["@tsq/core", "@tsq/core/config", "@tsq/core/protocol", "@tsq/core/redis"],
  cron: [
    "@tsq/active-job",
    "@tsq/core",
    "@tsq/core/api",
    "@tsq/core/config",
    "@tsq/core/protocol",
    "@tsq/core/redis",
    "@tsq/worker",
  ],
  web: ["@tsq/core", "@tsq/core/api", "@tsq/core/config"],
};

const IMPORT = /\b(?:from|import\()\s*"((?:@tsq\/|tsq)[^"]*)"/g;

const filesUnder = (folder: string, extension: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(extension) && !/node_modules|dist\//.test(file))
    .map((file) => join(folder, file));

const importsOf = (name: string): Set<string> =>
  new Set(
    filesUnder(`packages/${name}/src`, ".ts").flatMap((file) =>
      [...readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)].map(([, imported = ""]) => imported),
    ),
  );

describe("imports follow the arrows between packages", () => {
  test.for(
    readdirSync(join(ROOT, "packages")).filter((name) => existsSync(join(ROOT, "packages", name, "src"))),
  )("%s imports what it may, and depends on what it imports", (name) => {
    const imports = [...importsOf(name)];
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(ROOT, "packages", name, "package.json"), "utf8"),
    ) as { dependencies?: Record<string, string> };

    const allowed = ARROWS[name];
    if (allowed) expect(imports.filter((imported) => !allowed.includes(imported))).toEqual([]);
    expect(imports.filter((imported) => imported.startsWith("tsq"))).toEqual([]);
    const packages = imports.map((imported) => imported.split("/").slice(0, 2).join("/"));
    expect(packages.filter((imported) => !(imported in dependencies))).toEqual([]);
  });
});

/** What each room of ActiveJob may import of the others. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  values: [],
  failures: [],
  enqueue: ["values"],
  jobs: ["enqueue", "failures", "values"],
};

/** The same of the dashboard's, from the bottom to the top: its pages read nothing, and what answers a request is above all. */
const WEB_ROOMS: Readonly<Record<string, readonly string[]>> = {
  html: [],
  words: ["html"],
  charts: ["html", "words"],
  security: ["request", "words"],
  layout: ["charts", "html", "security", "words"],
  assets: [],
  live: [],
  redis: [],
  readings: [],
  request: ["html", "layout", "words"],
  bulk: ["html", "readings", "redis", "request", "security", "words"],
  audit: ["bulk", "html", "redis", "security"],
  tabs: ["html", "layout", "readings", "request", "security", "words"],
  // Of tabs the type of a row.
  pages: ["audit", "bulk", "charts", "html", "layout", "readings", "request", "security", "tabs", "words"],
  routes: "assets audit bulk charts html layout pages readings redis request security tabs words".split(" "),
  // What they answer with is what a GET reads.
  actions: ["bulk", "html", "pages", "request", "routes", "security"],
};

test("every room of the dashboard is said what it may import", () => {
  const rooms = readdirSync(join(ROOT, "packages/web/src"), { withFileTypes: true });

  expect(rooms.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted()).toEqual(
    Object.keys(WEB_ROOMS).toSorted(),
  );
});

test.for(Object.entries(WEB_ROOMS))(
  "%s of the dashboard imports what it may of the other rooms",
  ([room, allowed]) => {
    const files = filesUnder(`packages/web/src/${room}`, ".ts");

    const imported = files.flatMap((file) =>
      [...readFileSync(join(ROOT, file), "utf8").matchAll(/from "\.\.\/([\w-]+)\//g)].map(
        ([, name = ""]) => name,
      ),
    );

    expect(files.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !allowed.includes(name))).toEqual([]);
  },
);

/** The same of the command: what it shares knows no command, and neither do the screen and the doctor. */
const TSQ_ROOMS: Readonly<Record<string, readonly string[]>> = {
  typescript: [],
  "cron-tab": [],
  // A flag, which `sidekiq.yml` has as a row too.
  config: ["cli"],
  cli: ["config"],
  servers: ["cli"],
  process: ["config", "typescript"],
  jobs: ["cli"],
  top: ["cli", "jobs"],
  doctor: ["cli", "config", "jobs"],
  commands: ["cli", "config", "doctor", "jobs", "process", "servers", "top"],
};

test("every room of the command is said what it may import", () => {
  const rooms = readdirSync(join(ROOT, "packages/tsq/src"), { withFileTypes: true });

  expect(rooms.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted()).toEqual(
    Object.keys(TSQ_ROOMS).toSorted(),
  );
});

test.for(Object.entries(TSQ_ROOMS))(
  "%s of the command imports what it may of the other rooms",
  ([room, allowed]) => {
    const files = filesUnder(`packages/tsq/src/${room}`, ".ts");

    const imported = files.flatMap((file) =>
      [...readFileSync(join(ROOT, file), "utf8").matchAll(/(?:from |import\()"(?:\.\.\/)+([\w-]+)\//g)].map(
        ([, name = ""]) => name,
      ),
    );

    expect(files.length).toBeGreaterThan(0);
    // A room has folders of its own.
    const others = imported.filter((name) => name in TSQ_ROOMS && name !== room);
    expect(others.filter((name) => !allowed.includes(name))).toEqual([]);
  },
);

test.for(Object.entries(ROOMS))(
  "%s of ActiveJob imports what it may of the other rooms",
  ([room, allowed]) => {
    const files = filesUnder(`packages/active-job/src/${room}`, ".ts");

    const imported = files.flatMap((file) =>
      [...readFileSync(join(ROOT, file), "utf8").matchAll(/from "\.\.\/([\w-]+)\//g)].map(
        ([, name = ""]) => name,
      ),
    );

    expect(files.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !allowed.includes(name))).toEqual([]);
  },
);

// The linter sees to TypeScript and JavaScript.
test.for([
  ["lua", ".lua"],
  ["scripts", ".sh"],
  ["test/support/ruby", ".rb"],
] as const)("no file in %s is longer than 300 lines", ([folder, extension]) => {
  const files = filesUnder(folder, extension);

  const long = files.filter((file) => readFileSync(join(ROOT, file), "utf8").split("\n").length > 301);

  expect(files.length).toBeGreaterThan(0);
  expect(long).toEqual([]);
});

test("every file that ARCHITECTURE.md names is there", () => {
  const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
  const named = [...text.matchAll(/`([\w./-]+\.(?:ts|lua|mjs|md))`/g)].map(([, name = ""]) => name);
  const there = ["packages", "lua", "scripts", "test", "docs"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => !/node_modules|dist\//.test(file))
      .map((file) => `/${folder}/${file}`),
  );

  expect(named.length).toBeGreaterThan(60);
  // An example, no file.
  const missing = named.filter(
    (name) => name !== "jobs.ts" && !there.some((file) => file.endsWith(`/${name}`)),
  );
  expect(missing).toEqual([]);
});

test("tests reach inside a package through test/support/inside-*.ts alone", () => {
  const deep = filesUnder("test", ".ts")
    .filter((file) => !/support\/inside-[\w-]+\.ts$/.test(file))
    .filter((file) =>
      /from "[./]+packages\/[\w-]+\/(?:dist|src)\//.test(readFileSync(join(ROOT, file), "utf8")),
    );

  expect(deep).toEqual([]);
});

/** The files that a built one loads by its imports, and the packages of others among them. */
const loadedBy = (file: string, seen = new Set<string>()): Set<string> => {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(ROOT, file), "utf8");
  for (const [, name = ""] of text.matchAll(/^(?:import|export) [^;]*?from "([^"]+)"/gm)) {
    const [, own, entry = "index"] = /^@tsq\/([\w-]+)(?:\/(\w+))?$/.exec(name) ?? [];
    if (own) loadedBy(`packages/${own}/dist/${entry}.js`, seen);
    else if (name.startsWith(".")) loadedBy(join(dirname(file), name), seen);
    else seen.add(name);
  }
  return seen;
};

test("the thread that beats loads what speaks to Redis, and neither clients nor jobs nor a logger", () => {
  const loaded = [...loadedBy("packages/worker/dist/beat/beat-thread.js")];

  expect(loaded).toContain("packages/core/dist/redis/connect.js");
  expect(loaded).toContain("ioredis");
  expect(loaded.filter((name) => name === "pino" || /core\/dist\/(?:client|job|api)\//.test(name))).toEqual(
    [],
  );
});

test("what imports tsq loads no Temporal, which costs more than most of the rest and which few jobs need", () => {
  const loaded = [...loadedBy("packages/tsq/dist/index.js")];

  expect(loaded).toContain("packages/active-job/dist/values/temporal.js");
  expect(loaded.filter((name) => name.startsWith("temporal-"))).toEqual([]);
});
