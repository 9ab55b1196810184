/** Many jobs of one class: how many are there when Redis takes no more of them. */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { Client } from "@tsq/core";
import { expect, test } from "vitest";
import { Output, pushLists } from "../support/inside-tsq.ts";

/** A Redis that has room for so many, and gets them in the client's slices. */
const clientWithRoom = (room: number) => {
  const taken: unknown[] = [];
  const pushBulk = async ({ at, args }: { readonly at?: number; readonly args: readonly unknown[] }) => {
    const step = at === undefined ? 1_000 : 100;
    for (let from = 0; from < args.length; from += step) {
      const slice = args.slice(from, from + step);
      if (taken.length + slice.length > room) throw new Error("OOM command not allowed.");
      taken.push(...slice);
    }
    return args.map(() => "jid");
  };
  return { taken, client: { pushBulk } as unknown as Client };
};

const silent = { write: () => true };
const out = new Output(
  { isJson: false, isConfirmed: false },
  { stdin: new PassThrough(), stdout: silent, stderr: silent, signals: new EventEmitter() },
);

async function* lines(count: number) {
  for (let i = 1; i <= count; i++) yield { args: [i], at: i };
}

test.for([
  ["at once", {}, 2_500, 2_000],
  ["at a time", { at: 2_000_000_000 }, 2_500, 2_500],
  ["at a time, with an error in the first thousand", { at: 2_000_000_000 }, 500, 500],
] as const)(
  "jobs that run %s: the line is told behind the last that is there, as `tail` takes it",
  async ([, when, room, pushed]) => {
    const { client, taken } = clientWithRoom(room);
    const bulk = { lists: lines(4_000), total: 4_000, unit: "line" as const, isJson: false };

    const ended = pushLists(client, out, { ...bulk, shared: { class: "ImportJob", ...when } });

    await expect(ended).rejects.toMatchObject({
      code: "TSQ_STOPPED",
      message: `OOM command not allowed. Before that ${pushed.toLocaleString("en-US")} jobs were pushed; the rest begins at line ${pushed + 1}.`,
    });
    expect(taken).toHaveLength(pushed);
  },
);
