/** What `tsq doctor` finds in a Redis and a folder of a test, and processes that it may find there. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { ALL_CHECKS, examine, type Examination, type Examined } from "./inside-tsq.ts";
import { write, type Files } from "./tsq-command.ts";

/** Nobody listens there. */
export const NO_REDIS = "redis://127.0.0.1:1";

/** The folder of a project, as long as the test goes on. */
export function projectOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), "tsq-project-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  write(folder, files);
  return folder;
}

export interface Patient {
  readonly url?: string;
  /** Files of the project, or the folder that it is in. */
  readonly files?: Files | string;
  readonly now?: Date;
  readonly env?: Readonly<Record<string, string>>;
  /** @default "production" */
  readonly environment?: string;
}

/** All that one check says, or several, in the order of all. */
export async function examined(
  id: string | readonly string[],
  { url = NO_REDIS, files = {}, now, env = {}, environment = "production" }: Patient,
): Promise<Examination> {
  const ids = [id].flat();
  const checks = ALL_CHECKS.filter((check) => ids.includes(check.id));
  if (checks.length < ids.length)
    throw new Error(`Expected the checks \`${ids.join(", ")}\`, not all are there.`);
  const folder = typeof files === "string" ? files : projectOf(files);
  return examine({ url, folder, checks, env, environment, ...(now && { now }) });
}

/** What they find. */
export const diagnose = async (
  id: string | readonly string[],
  patient: Patient,
): Promise<readonly Examined[]> => (await examined(id, patient)).findings;

/** The same as one line each: `error app/jobs/a.rb:3 …`. */
export async function told(id: string | readonly string[], patient: Patient): Promise<readonly string[]> {
  return (await diagnose(id, patient)).map(({ level, where, saw }) => {
    const place = "redis" in where ? where.redis : where.line ? `${where.file}:${where.line}` : where.file;
    return [level, place, saw].filter((part) => part !== "").join(" ");
  });
}

export interface FakeProcess {
  readonly identity?: string;
  /** Of Sidekiq, or `tsq 0.1.0`. */
  readonly version?: string | undefined;
  readonly queues?: readonly string[];
  readonly beat?: number;
  /** What a worker of tsq says that it can run. */
  readonly classes?: readonly string[];
}

/** A process as its heartbeat writes it. */
export async function beats(redis: Redis, fake: FakeProcess = {}): Promise<void> {
  const { identity = "web:1:abcdef", queues = ["default"], beat = Date.now() / 1_000 } = fake;
  const version = "version" in fake ? fake.version : "8.1.7";
  const info = {
    hostname: identity.split(":")[0],
    pid: 1,
    identity,
    queues,
    concurrency: 5,
    labels: [],
    version,
  };
  await redis.sadd("processes", identity);
  await redis.hset(identity, {
    info: JSON.stringify(info),
    concurrency: 5,
    busy: 0,
    beat,
    quiet: "false",
    rss: 1,
    rtt_us: 1,
  });
  if (fake.classes)
    await redis.set(`tsq:classes:${identity}`, JSON.stringify({ names: fake.classes, isCut: false }));
}
