/** What the checks of `tsq doctor` say of a Redis that a test has made up. */
import type { Snapshot } from "@tsq/core/api";
import { projectOf } from "./doctor.ts";
import { ALL_CHECKS, Project, RedisReading } from "./inside-tsq.ts";
import { quietSnapshot } from "./quiet-snapshot.ts";
import type { Files } from "./tsq-command.ts";

const NOW = new Date("2030-01-01T12:00:00Z");
export const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);

/** Nothing of it needs a person. */
export const WELL: Snapshot = {
  ...quietSnapshot(NOW),
  queues: [
    { name: "default", size: 5, latency: 3, isPaused: false, sample: [] },
    { name: "low", size: 0, latency: 0, isPaused: true, sample: [] },
  ],
  processes: [
    {
      identity: "web:1:abc",
      isRuby: false,
      queues: ["default"],
      isQuiet: false,
      classes: { names: ["HardJob"], isCut: false },
      concurrency: 2,
      busy: 0,
      beatAt: ago(5),
    },
  ],
};

export interface MadeUp {
  readonly snapshot?: Partial<Snapshot>;
  /** What INFO says. */
  readonly info?: Readonly<Record<string, string>>;
  /** Of the server, which writes to a disk as it is made here. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly version?: string;
  /** What processes say that they are. */
  readonly versions?: readonly string[];
  /** How processes say that they wait for jobs. */
  readonly waiting?: readonly string[];
  readonly clock?: { readonly aheadMs: number; readonly roundTripMs: number };
  readonly files?: Files;
}

/** What all checks say together: `fleet: warning busy web:1:abc`, and in which words. */
export async function saidOf({
  snapshot = {},
  info = {},
  settings = { save: "3600 1" },
  version = "7.4.0",
  versions = [],
  waiting = [],
  clock = { aheadMs: 0, roundTripMs: 2 },
  files = {},
}: MadeUp): Promise<readonly { readonly what: string; readonly words: string }[]> {
  // Nobody listens there, and nobody asks.
  const redis = Object.assign(new RedisReading("redis://127.0.0.1:1", version), {
    snapshot: async () => ({ ...WELL, ...snapshot }),
    info: async () => new Map(Object.entries({ aof_enabled: "0", ...info })),
    setting: async (name: string) => settings[name],
    processes: async () =>
      [
        ...versions.map((version) => ({ version, waiting: undefined })),
        ...waiting.map((way) => ({ version: "tsq 0.1.0", waiting: way })),
      ].map((said) => ({
        ...said,
        isRuby: !said.version.startsWith("tsq"),
        isQuiet: false,
        queues: [],
        weights: [],
        hostname: "web",
        beatAt: undefined,
      })),
    clock: async () => clock,
    sample: async () => ({ jobs: [], total: 0, queuesLeftOut: 0 }),
    cron: async () => ({ entries: [], missed: [] }),
    metrics: async () => ({ jobs: [] }),
    deadOwners: async () => [],
    leader: async () => undefined,
    lackingRights: async () => undefined,
    otherDatabase: async () => undefined,
  });
  const project = new Project(projectOf(files), { env: {}, environment: "production" });
  const context = { redis, refusal: undefined, project, env: {}, now: NOW };
  const said = [];
  for (const check of ALL_CHECKS) {
    for (const { level, where, saw, why, remedy } of await check.look(context)) {
      const place = "redis" in where ? where.redis : where.file;
      const what = `${check.id}: ${level} ${place}`.trim();
      said.push({ what, words: [saw, why, remedy].join("\n") });
    }
  }
  return said;
}
