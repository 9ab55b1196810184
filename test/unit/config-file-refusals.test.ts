/** What a sidekiq.yml may not hold: each refusal names file, line and key, what came and what to do. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfigFile } from "../support/inside-tsq.ts";
import { runs } from "../support/runs.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "tsq-config-"));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const readAt = (path: string) => readConfigFile(path, { environment: "test", env: {} });

const refusal = (content: string | Uint8Array): string => {
  const path = join(directory, "sidekiq.yml");
  writeFileSync(path, content);
  try {
    readAt(path);
  } catch (error) {
    expect(error).toMatchObject({ code: "TSQ_CONFIG" });
    return (error as Error).message.replace(`${directory}/`, "");
  }
  return "was accepted";
};

test("a refusal says where, what was expected, what came and what to do", () => {
  expect(refusal("a: 1\n\nconcurrency: abc")).toBe(
    "sidekiq.yml:3: Expected `concurrency` to be an integer from 1 to 500, " +
      'got `"abc"`. Write a plain number such as 10, or remove it for the default.',
  );
});

describe("a value of the wrong kind", () => {
  test.each([
    ["concurrency: 0", "Expected `concurrency` to be an integer from 1 to 500, got `0`."],
    ["concurrency: -1", "got `-1`."],
    ["concurrency: 1.5", "got `1.5`."],
    ["concurrency: '10'", 'got `"10"`. Remove the quotes.'],
    ["concurrency: [5]", "got `[5]`."],
    ["concurrency: { max: 5 }", "got a mapping."],
    ["concurrency: 501", "got `501`. A tsq capsule has at most 500 slots: add capsules or processes"],
    ["concurrency: .inf", "got `Infinity`."],
    ["timeout: -1", "Expected `timeout` to be a number of seconds from 0 to 2147483, got `-1`."],
    ["timeout: 25s", 'got `"25s"`.'],
    ["timeout: .nan", "got `NaN`."],
    ["timeout: 3000000", "got `3000000`."],
    ["max_retries: -1", "Expected `max_retries` to be an integer from 0, got `-1`."],
    ["max_retries: true", "got `true`."],
    ["dead_max_jobs: 0", "To keep no dead jobs at all, define the jobs with `dead: false`."],
    ["dead_timeout_in_seconds: 2026-11-23", "got the date 2026-11-23T00:00:00.000Z."],
    ["poll_interval_average: 0", "to be a number of seconds above 0 to 1000000, got `0`."],
    ["average_scheduled_poll_interval: 1000001", "above 0 to 1000000, got `1000001`."],
    ["average_scheduled_poll_interval: never", 'got `"never"`.'],
    ["tag: 5", "Expected `tag` to be text, got `5`. Put it in quotes."],
    ["tag: ''", 'Expected `tag` to be text, got `""`. Write a name, or remove it.'],
    ["tag: [a]", "Expected `tag` to be text, got `[a]`."],
    ["environment: yes", "Expected `environment` to be text, got `true`. Put it in quotes."],
    ["verbose: 1", "Expected `verbose` to be true or false, got `1`."],
    ["verbose: 'true'", 'got `"true"`. Write `true` or `false` without quotes.'],
    ["labels: reliable", 'Expected `labels` to be a list, got `"reliable"`.'],
    ["labels: [[a]]", "Expected `labels` to be text, got `[a]`."],
    ["require: [a.ts, 5]", "Expected `require` to be text, got `5`."],
    ["test: 5", "Expected `test` to be the section of this environment, got `5`."],
  ])("%j", (content, reason) => {
    expect(refusal(content)).toContain(reason);
  });
});

describe("a queue that is none", () => {
  test.each([
    ["queues: []", "Expected `queues` to be a list of queues, got an empty list."],
    ["queues: {}", "Expected `queues` to be a list of queues, got an empty mapping."],
    ["queues: 5", "Expected `queues` to be a list of queues, got `5`."],
    [
      "queues:\n  - a\n  - ''",
      'yml:3: Expected `queues[]` to be `name` or `name,weight`, got `""`. Its name is',
    ],
    ["queues: [ok, ~]", "got nothing. Put a name"],
    ["queues: ['low priority']", "A name has no spaces and no line ends."],
    ['queues: ["low\\n"]', "A name has no spaces and no line ends."],
    ["queues: ['low, 2, 3']", "Give one queue and one weight."],
    ["queues: ['low,x']", "A weight is an integer from 0; leave it out for none."],
    ["queues: ['low,-1']", "A weight is an integer from 0"],
    ["queues: ['low,']", "A weight is an integer from 0"],
    ["queues: [',2']", "Its name is empty."],
    ["queues: [[low, 1.5]]", "got `[low, 1.5]`. A weight is an integer from 0"],
    ["queues: [[low, -2]]", "got `[low, -2]`. A weight is an integer from 0"],
    ["queues: [[low, high]]", "got `[low, high]`. A weight is an integer from 0"],
    ["queues: [[low, 1, 2]]", "to be `[name, weight]`, got `[low, 1, 2]`. Give each queue a line"],
    ["queues: [[]]", "Expected `queues[]` to be `[name, weight]`, got an empty list."],
    ["queues: [[[low]]]", "got a list. Put a name"],
    ["queues: [low, 2]", "got `2`. Put a name that YAML reads as something else in quotes, and a weight"],
    ["queues: [on]", "got `true`. Put a name that YAML reads as something else in quotes"],
    ["queues:\n  - low: 2", "yml:2: Expected `queues[]` to be `name` or `name,weight`, got a mapping. Write"],
    ["queues:\n  low: high", "got `[low, high]`. A weight is an integer from 0"],
    ["capsules: [a]", "Expected `capsules` to be capsules by name, got `[a]`."],
    ["capsules:\n  a: 5", "yml:2: Expected `capsules.a` to be a mapping with `queues` and `concurrency`"],
    ["capsules: { a: { concurrency: 1 } }", "Expected `capsules.a` to have queues. List them under"],
    ["capsules:\n  a:\n    queues: [x]\n    concurrency: 0", "yml:4: Expected `capsules.a.concurrency`"],
    ["capsules: { a: { queues: ['b c'] } }", "Expected `capsules.a.queues[]` to be `name` or"],
    ["capsules: { '': { queues: [b] } }", "Expected a name under `capsules` to hold letters"],
    ["capsules:\n  a b: { queues: [b] }", "yml:2: Expected a name under `capsules` to hold letters"],
  ])("%j", (content, reason) => {
    expect(refusal(content)).toContain(reason);
  });
});

describe("a file that is no YAML, or more than configuration", () => {
  const nine = (name: string): string => Array.from({ length: 9 }, () => name).join(", ");
  const bomb = Array.from("bcdefghij", (letter, index) => {
    return `${letter}: &${letter} [${nine(`*${"abcdefghi"[index]}`)}]`;
  });

  test.each([
    ["- concurrency: 5", "yml:1: Expected the file to hold keys such as `concurrency: 10`, got a list."],
    ["concurrency", 'got `"concurrency"`. Write each setting as `key: value`.'],
    ["a: 1\na: 2", "yml:2:1: This is not YAML: Map keys must be unique. Keep one of the two"],
    [":a: 1\n'a': 2", "yml:2:1: This is not YAML: Map keys must be unique."],
    ["a: 1\n:a: 2", "yml:2:1: This is not YAML: Map keys must be unique. Keep one of the two"],
    ["queues:\n\t- a", "yml:2:1: This is not YAML: Tabs are not allowed as indentation. Indent with spaces."],
    ["queues: [a", "yml:1:11: This is not YAML: "],
    ["a: 'b", "This is not YAML: Missing closing 'quote"],
    ["a: *nowhere", "yml:1: `*nowhere` names no anchor. Write `&nowhere` before it."],
    ["a: !ruby/object:Kernel {}", "yml:1:4: This is not YAML: Unresolved tag: !ruby/object:Kernel."],
    ["a: 1\n---\nb: 2", "This is not YAML: Source contains multiple documents"],
    ["? [a]\n: 1", "yml:1: A key is a list or a mapping. Write plain words as keys."],
    ["<<: 5", "yml:1: `<<` merges no mapping."],
    ["a: &a [*a]", "The file says more than a configuration can."],
    ["a: 1\nb: <%= `id` %>", "yml:2: tsq cannot evaluate `<%= `id` %>`"],
    ["<%# one\ntwo -%>\nconcurrency: x", "yml:3: Expected `concurrency`"],
  ])("%j", (content, reason) => {
    expect(refusal(content)).toContain(reason);
  });

  test("aliases of aliases do not fill the memory", () => {
    expect(refusal(["a: &a [x]", ...bomb].join("\n"))).toContain(
      "The file says more than a configuration can.",
    );
  });

  test("lists in lists in lists do not overflow the stack", () => {
    expect(refusal(`a: ${"[".repeat(5_000)}${"]".repeat(5_000)}`)).toMatch(/^sidekiq\.yml:1/);
    expect(refusal(`a: ${"[".repeat(100_000)}`)).toMatch(/^sidekiq\.yml:1/);
  });

  test("a directory, an unreadable path and bytes that are no text are named as such", () => {
    const loop = join(directory, "loop.yml");
    symlinkSync(loop, loop);

    expect(() => readAt(directory)).toThrow(`\`${directory}\` is a directory. Name the file in it.`);
    expect(() => readAt(loop)).toThrow(`The config file \`${loop}\` cannot be read: ELOOP.`);
    expect(refusal(Uint8Array.of(0x61, 0x3a, 0x20, 0xff))).toBe(
      "The config file `sidekiq.yml` is not UTF-8 text. Save it as UTF-8.",
    );
  });

  test("no file makes it fail in another way", () => {
    const pieces =
      "concurrency|queues|capsules|test|: |- |[|]|{|}|\n|  |\t|&a |*a|<<|?|!x |'|\"|#|,|5|~|%|<%= 1 %>|<%|---|yes|:a|@|\u0000";
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces.split("|")), { maxLength: 20 }), (chosen) => {
        expect(refusal(chosen.join(""))).toBeTypeOf("string");
      }),
      { numRuns: runs(500) },
    );
  });
});
