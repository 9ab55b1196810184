/** Writes an entry where the processes of this Redis look for it (WIRE §12.3). */
import type { Registry } from "@tsq/core";
import type { Redis } from "@tsq/core/protocol";
import { parseCron } from "../expression/cron-expression.ts";
import { firedKey, POLICIES, WRITTEN } from "../redis/keys.ts";
import { save } from "../redis/scripts.gen.ts";
import { classOptionsOf } from "./class-options.ts";
import type { Definition } from "./definition.ts";
import { droppedField, writeFields } from "./fields.ts";
import type { LoadBook } from "./load-book.ts";
import { layoutOf } from "./layout.ts";
import type { Layout } from "./layout.ts";
import { writePolicy } from "./policy.ts";
import { tickMember } from "./times.ts";

export interface SaveOptions {
  readonly redis: Redis;
  readonly layout: Layout;
  /** Knows the options of classes that this process runs. */
  readonly registry?: Pick<Registry, "find"> | undefined;
  readonly nowMs: number;
  /** Of a schedule whose entries a later one may remove. */
  readonly book?: LoadBook | undefined;
}

/**
 * Writes the entry, and leaves alone when it last fired and, where it says nothing of it, its status.
 *
 * @returns its key
 */
export const saveEntry = async (
  { name, namespace, status, policy, entry, job }: Definition,
  { redis, layout, registry, nowMs, book }: SaveOptions,
): Promise<string> => {
  const own = namespace === undefined || layout.version === 1 ? layout : layoutOf(layout.version, namespace);
  const key = own.entryKey(name);
  const known = registry?.find({ class: entry.class }) ?? registry?.find({ wrapped: entry.class });
  const ofClass = classOptionsOf(job ?? known);
  const isActiveJob = entry.isActiveJob ?? ofClass.isActiveJob;
  const written = {
    ...entry,
    classOptions: ofClass.options,
    queue: entry.queue ?? ofClass.queue ?? "default",
    isActiveJob,
    queuePrefix: entry.queuePrefix || (isActiveJob ? ofClass.prefix : ""),
    queueDelimiter: entry.queueDelimiter || (isActiveJob ? ofClass.delimiter : ""),
  };
  // The instant before now has had its turn: it would fire at once.
  const tick = parseCron(entry.cron).previous(new Date(nowMs)).getTime();
  // Said outright, or by a job that runs elsewhere: in Ruby's hash an ActiveJob looks the same. Who runs it knows it.
  const isPlain = entry.isActiveJob === false || (!isActiveJob && job !== undefined && !known);
  const fields = writeFields(written, own);
  const record = book?.write(key, { name, namespace: own.namespace }, { status, policy, entry }, fields);
  const policyText = writePolicy({ ...policy, plain: isPlain ? entry.class : "" });
  await Promise.all([
    save(
      redis,
      { set: own.set, entry: key, fired: firedKey(key) },
      {
        plan: {
          status: status ?? "",
          dropped: droppedField(written, own),
          score: String(nowMs / 1_000),
          tick: tickMember(tick),
        },
        fields,
      },
    ),
    policyText === undefined ? redis.hdel(POLICIES, key) : redis.hset(POLICIES, key, policyText),
    record === undefined ? redis.hdel(WRITTEN, key) : redis.hset(WRITTEN, key, record),
  ]);
  return key;
};
