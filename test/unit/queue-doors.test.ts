/** A list of queues, and every other setting, means the same by whichever door it comes to the worker. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkerOptions } from "@tsq/worker";
import * as fc from "fast-check";
import { pino } from "pino";
import { afterAll, describe, expect, test } from "vitest";
import { readConfigFile, workerOptions, workOptions } from "../support/inside-tsq.ts";
import type { WorkFlags } from "../support/inside-tsq.ts";
import { resolveOptions } from "../support/inside-worker.ts";
import type { Capsule } from "../support/inside-worker.ts";

const directory = mkdtempSync(join(tmpdir(), "tsq-doors-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const logger = pino({ level: "silent" });

const capsulesOf = (options: Partial<WorkerOptions>): readonly Capsule[] =>
  resolveOptions({ jobs: [], logger, ...options }).capsules;

const byFlags = (flags: WorkFlags, yaml?: string): readonly Capsule[] => {
  const path = join(directory, "sidekiq.yml");
  if (yaml !== undefined) writeFileSync(path, yaml);
  const file = yaml === undefined ? undefined : readConfigFile(path, { environment: "test", env: {} });
  return capsulesOf(workerOptions(workOptions(flags, {}, file)));
};

interface Queue {
  readonly name: string;
  readonly weight: number;
}

const text = ({ name, weight }: Queue): string => (weight > 0 ? `${name},${weight}` : name);
const pair = ({ name, weight }: Queue): string => (weight > 0 ? `[${name}, ${weight}]` : name);

const DOORS: Readonly<Record<string, (queues: readonly Queue[]) => Capsule | undefined>> = {
  "new Worker, as texts": (queues) => capsulesOf({ queues: queues.map(text) })[0],
  "new Worker, as objects": (queues) => capsulesOf({ queues })[0],
  "a capsule of new Worker": (queues) => capsulesOf({ capsules: { a: { queues } } })[1],
  "-q": (queues) => byFlags({ queue: queues.map(text) })[0],
  "sidekiq.yml, as texts": (queues) =>
    byFlags({}, `queues:\n${queues.map((queue) => `  - "${text(queue)}"`).join("\n")}`)[0],
  "sidekiq.yml, as pairs": (queues) => byFlags({}, `queues: [${queues.map(pair).join(", ")}]`)[0],
  "a capsule of sidekiq.yml": (queues) =>
    byFlags({}, `capsules: { a: { queues: [${queues.map(pair).join(", ")}] } }`)[1],
};

/** What `Sidekiq::Capsule#queues=` makes of them, and the fetch of it. */
const asRubyDoes = (queues: readonly Queue[]): unknown => {
  const weights = new Map(queues.map(({ name, weight }) => [name, weight]));
  const names = queues.flatMap(({ name, weight }) => Array<string>(Math.max(weight, 1)).fill(name));
  const given = [...weights.values()];
  const isStrict = given.every((weight) => weight === 0);
  return {
    names: [...weights.keys()],
    weights: given,
    mode: isStrict ? "strict" : given.every((weight) => weight === 1) ? "random" : "weighted",
    shares: [...weights.keys()].map((name) =>
      isStrict ? 0 : names.filter((other) => other === name).length,
    ),
  };
};

describe("a list of queues weighs as Ruby's", () => {
  test.each(Object.entries(DOORS))("by %s", (_door, orderOf) => {
    const twice = [
      { name: "a", weight: 0 },
      { name: "a", weight: 2 },
      { name: "b", weight: 0 },
    ];
    expect(orderOf(twice)?.order).toMatchObject({ names: ["a", "b"], shares: [3, 1] });

    const queue = fc.record({ name: fc.constantFrom("a", "b", "c"), weight: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(queue, { minLength: 1, maxLength: 6 }), (queues) => {
        expect(orderOf(queues)?.order).toEqual(asRubyDoes(queues));
      }),
    );
  });
});

describe("what the worker would refuse", () => {
  // One a line, as the file would have them.
  const VALUES = `
    0
    1
    -1
    0.5
    500
    501
    1000000
    1000001
    2147483
    2147484
    1e15
    1e300
    .inf
    .nan
    -0.0
    yes
    ~
    2026-11-23
    12:30
    ''
    ' '
    'a b'
    'a,1'
    'a,'
    a/b
    '1'
    []
    {}
    [a]
    [1]
    [a, '']
    [[a, 1]]
    [[a, -1]]
    [[a, 1e300]]
    [~]
    { a: 1 }
    { a: x }
    { a: { queues: [x] } }
    { a b: { queues: [x] } }
    { a: { queues: [x], concurrency: 501 } }
    { é: { queues: x } }`;
  const KEYS = `concurrency timeout queues capsules tag labels max_retries dead_max_jobs dead_timeout_in_seconds
    average_scheduled_poll_interval poll_interval_average verbose`;

  test.each(KEYS.split(/\s+/))("is refused by the file, with its line and key: %s", (key) => {
    for (const value of VALUES.trim().split(/\n\s*/)) {
      let message = "accepted";
      try {
        byFlags({}, `# words\n${key}: ${value}`);
      } catch (error) {
        ({ message } = error as Error);
      }
      expect.soft(message, value).toMatch(new RegExp(`^accepted$|sidekiq\\.yml:2: .*\`${key}`));
    }
  });
});
