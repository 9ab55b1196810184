/** The code of README, compiled as strictly as TypeScript can and run as it stands there. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Redis } from "ioredis";
import { blocksOf, compiled as compile } from "../support/code-blocks.ts";
import { eventually } from "../support/eventually.ts";
import { startRedis } from "../support/redis.ts";
import { application, startTsqCommand, tsq } from "../support/tsq-command.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const README = blocksOf("README.md");

/** README's blocks in TypeScript, and the worker's of docs, by what is in them, each with the lines that its text takes for granted. */
const FILES: Readonly<
  Record<
    string,
    { readonly has: string; readonly page?: string; readonly before?: string; readonly after?: string }
  >
> = {
  "jobs.ts": { has: "// jobs.ts" },
  "push.ts": {
    has: "// anywhere else",
    after: `import { defaultClient } from "tsq";\nawait defaultClient().close();`,
  },
  "active-job.ts": { has: "activeJob<[contactId: number]>" },
  "worker.ts": { has: "await worker.start();", page: "docs/workers-and-deployment.md" },
};

const source = (name: string): string => {
  const { has, page = "README.md", before = "", after = "" } = FILES[name] ?? { has: name };
  const [found, ...more] = blocksOf(page).filter(
    ({ language, code }) => language === "ts" && code.includes(has),
  );
  if (!found || more.length > 0) throw new Error(`Expected one block of ${page} with \`${has}\`.`);
  return `${before}\n${found.code}\n${after}`;
};

/** README's files, and what the compiler says of them. */
const compiled = (extra: Readonly<Record<string, string>> = {}): { folder: string; says: string } => {
  const sources = Object.fromEntries(Object.keys(FILES).map((name) => [name, source(name)]));
  return compile({ ...sources, ...extra });
};

const start = (folder: string, file: string, url: string) => {
  const env = { PATH: process.env["PATH"], REDIS_URL: url };
  const child = spawn(process.execPath, ["--import", "./offline.mjs", `out/${file}`], { cwd: folder, env });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return { child, output: () => output, ended: once(child, "close") };
};

const server = async (): Promise<{ url: string; redis: Redis }> => {
  const started = await startRedis();
  onTestFinished(() => started.stop());
  return { url: started.url, redis: started.client() };
};

test("each block of TypeScript in README is among those that are compiled and run", () => {
  const known = Object.values(FILES).map(({ has }) => has);

  const unknown = README.filter(
    ({ language, code }) => /^[tj]sx?$/.test(language) && !known.some((has) => code.includes(has)),
  );

  expect(unknown).toEqual([]);
});

describe("README's TypeScript", () => {
  test("compiles under strict and exactOptionalPropertyTypes, pushes what it says, and its worker runs it and stops", async () => {
    const { url, redis } = await server();
    const { folder, says } = compiled();
    expect(says).toBe("");

    const push = start(folder, "push.js", url);
    expect(await push.ended, push.output()).toEqual([0, null]);
    expect(await redis.llen("queue:mailers")).toBe(3);
    expect(await redis.llen("queue:low")).toBe(1);
    expect(await redis.llen("queue:critical")).toBe(1);
    expect(await redis.zcard("schedule")).toBe(2);
    await redis.del("queue:critical");

    const worker = start(folder, "worker.js", url);
    await eventually(() => expect(worker.output().match(/sending (?:hello|a|b)"/g)).toHaveLength(3));
    worker.child.kill("SIGTERM");
    expect((await worker.ended)[1], worker.output()).toBe(null);
    expect(await redis.llen("queue:mailers")).toBe(0);
  });

  test("ends a process at SIGTERM whose jobs, and whose program, have pushed with the default client", async () => {
    const { url, redis } = await server();
    const { folder, says } = compiled({
      "pushing-worker.ts": `import { defineJob } from "tsq";
        const later = defineJob("LaterJob", { queue: "later" }, () => {});
        const sendWelcome = defineJob("PushingJob", async (job) => {
          await later.performAsync();
          console.log("pushed");
        });
        ${source("worker.ts").replace(/^import .*sendWelcome.*$/m, "")}
        await sendWelcome.performAsync();
        worker.on("exit", () => void later.performAsync());
        process.once("SIGTERM", async () => {
          await worker.stop();
          await later.performAsync();
          console.log("pushed after the stop");
        });`,
    });
    expect(says).toBe("");

    const worker = start(folder, "pushing-worker.js", url);
    await eventually(() => expect(worker.output()).toContain("pushed\n"));
    worker.child.kill("SIGTERM");

    expect(await worker.ended, worker.output()).toEqual([0, null]);
    expect(worker.output()).toContain("pushed after the stop");
    expect(await redis.llen("queue:later")).toBe(3);
  });

  test("has types that are true: an id arrives as its job is told, small or big", async () => {
    const { url, redis } = await server();
    const { folder, says } = compiled({
      "ids.ts": `import { Worker, configure, defineJob } from "tsq";
        const seen: (number | bigint)[] = [];
        const client = configure();
        const job = defineJob("IdJob", (_job, id: number | bigint) => void seen.push(id));
        await job.performBulk([[7], [7n], [2n ** 60n]]);
        const worker = new Worker({ jobs: [job] });
        await worker.start();
        while (seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
        await worker.stop();
        await client.close();
        console.log("seen", seen.map((id) => typeof id + " " + id).sort().join());`,
    });
    expect(says).toBe("");

    const ids = start(folder, "ids.js", url);
    expect(await ids.ended, ids.output()).toEqual([0, null]);

    expect(ids.output()).toContain("seen bigint 1152921504606846976,number 7,number 7\n");
    expect(await redis.llen("queue:default")).toBe(0);
  });
});

describe("README's commands", () => {
  const lines = README.filter(({ language }) => language === "sh").flatMap(({ code }) => code.split("\n"));
  const withoutComment = (line: string): string => line.replace(/\s+#.*$/, "").trim();
  const commands = lines.flatMap((line) => {
    const [, words] = /(?:^npx |node_modules\/\.bin\/)tsq (.*)$/.exec(withoutComment(line)) ?? [];
    // As a shell splits them: README quotes with single quotes alone.
    return words
      ? [[...words.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "")]
      : [];
  });

  test("of npm are scripts of the package", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
    const named = lines
      .flatMap((line) => /^npm (?:run )?([\w:]+)/.exec(line)?.[1] ?? [])
      .filter((name) => name !== "i");

    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(scripts).toHaveProperty([name]);
  });

  test.each(commands.map((args) => [args.join(" "), args] as const))(
    "of tsq do what they say: %s",
    async (_line, args) => {
      const { url, redis } = await server();
      const cwd = application({ "jobs.ts": source("jobs.ts") });
      const env = { REDIS_URL: url };
      if (args[0] === "push") {
        expect(await tsq(args, { cwd, env })).toMatchObject({ code: 0, stderr: "" });
        expect(await redis.llen("queue:mailers")).toBe(1);
        return;
      }
      const command = startTsqCommand(args, { cwd, env });
      await command.logged(/^Ready/);
      if (args[0] === "dev") {
        // What a newcomer sees of the first job is that it is done.
        for (const push of commands.filter(([name]) => name === "push")) await tsq(push, { cwd, env });
        await command.logged(/^sending hello/);
        await command.logged(/^done/);
      }
      command.signal("SIGTERM");
      expect(await command.ended).toMatchObject({ code: 0 });
    },
  );
});
