/** What stands in config files, and `tsq doctor` keeps to itself. */
import { describe, expect, test } from "vitest";
import { examined, told } from "../support/doctor.ts";
import type { Files } from "../support/tsq-command.ts";

describe("of a config file that cannot be read, no word is quoted", () => {
  const said = async (id: string, files: Files): Promise<string> =>
    JSON.stringify((await examined(id, { files })).findings);

  test.for([
    [
      "a tag of a schedule",
      "cron",
      "config/schedule.yml",
      "a:\n  args: ['<%= Token.sign(\"s3cret\") %>']\n",
      2,
    ],
    ["a tag of sidekiq.yml", "queue-priorities", "config/sidekiq.yml", "<%= Token.sign('s3cret') %>\n", 1],
    [
      "a section that is none",
      "queue-priorities",
      "config/sidekiq.yml",
      "\nproduction: redis://:s3cret@host\n",
      2,
    ],
    ["a value of a wrong kind", "queue-priorities", "config/sidekiq.yml", ":concurrency: s3cret\n", 1],
    ["a file that is none", "queue-priorities", "config/sidekiq.yml", "s3cret\n", 1],
  ] as const)("not %s", async ([, id, file, text, line]) => {
    const files = { Procfile: "worker: sidekiq\n", [file]: text };

    expect(await told(id, { files })).toEqual([
      expect.stringMatching(new RegExp(`^\\w+ ${file.replaceAll(".", "\\.")}:${line} It cannot be read\\.$`)),
    ]);
    expect(await said(id, files)).not.toContain("s3cret");
  });
});
