/** All worker processes and what they run, for whoever looks at both again and again. */
import { legacyWorkKey, PROCESSES, workKey } from "../../wire/keys.ts";
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { pagesOf, repliesOf } from "../replies.ts";
import { byName } from "./by-name.ts";
import { PROCESS_FIELDS, ProcessRecord } from "./process-record.ts";
import { byStart, WorkRecord } from "./work-record.ts";

/** How it stood at one reading. */
export interface FleetReading {
  /** Those that have a heartbeat, by identity, as of `ProcessSet.all()`. */
  readonly processes: readonly ProcessRecord[];
  /** Those that are registered and have no heartbeat any more: they died without a word, and nobody has cleaned up since. */
  readonly lapsed?: readonly string[];
  /** The one that has run longest first, as of `WorkSet.all()`. */
  readonly runs: readonly WorkRecord[];
}

// A run of 50 MB is not to lie here twice.
const LONGEST_KEPT = 16_384;
// Nor are ten thousand of 16 kB.
const MOST_KEPT_BYTES = 32_000_000;
/** Of a run there is the text that it was read from, the bytes of its job and, once somebody has asked what it is, the values in them. */
const BYTES_PER_CHARACTER = 6;

/** The runs of one process by their threads, with the bytes that they were read from. */
type ReadRuns = ReadonlyMap<string, { readonly value: string; readonly run: WorkRecord }>;

interface FleetPage {
  readonly processes: readonly ProcessRecord[];
  readonly runs: ReadonlyMap<string, ReadRuns>;
}

/**
 * The processes and what they run, in one reading. It may be read as often as one likes: what a process runs is asked for when
 * its heart has beaten since, and what it has said before in the same bytes is not parsed again. Of what runs it keeps some 32 MB
 * for that, and reads the rest anew each time.
 *
 * @example
 * const { processes, runs } = await new Fleet({ redis }).read();
 */
export class Fleet extends ApiObject {
  #known = new Map<string, ProcessRecord>();
  /** Those that were registered at the last reading, in their order. */
  #registered: readonly string[] = [];
  #runs = new Map<string, ReadRuns>();
  /** Of whom all is kept that they run. */
  #whole = new Set<string>();

  constructor(source: ApiSource = {}) {
    super(source);
  }

  /** All of it; a picture of the last heartbeats, up to ten seconds old. */
  async read(): Promise<FleetReading> {
    const [members] = await repliesOf(this.api.redis.pipeline().smembers(PROCESSES));
    const identities = this.#ordered(
      (Array.isArray(members) ? members : []).filter((one) => typeof one === "string"),
    );
    // In pages: whatever else the program does has its turn between two of them. None waits for another.
    const pages = await Promise.all(pagesOf(identities).map((page) => this.#readPage(page)));
    const processes = pages.flatMap((page) => page.processes);
    this.#known = new Map(processes.map((process) => [process.identity, process]));
    this.#runs = keptOf(pages);
    this.#whole = new Set(
      pages.flatMap((page) =>
        [...page.runs].flatMap(([identity, of]) =>
          this.#runs.get(identity)?.size === of.size ? [identity] : [],
        ),
      ),
    );
    const runs = pages.flatMap((page) => [...page.runs.values()].flatMap((of) => [...of.values()]));
    const lapsed = identities.filter((identity) => !this.#known.has(identity));
    return { processes, lapsed, runs: runs.map(({ run }) => run).sort(byStart) };
  }

  /** As people count, which takes some milliseconds of a thousand: mostly they are the same as before. */
  #ordered(identities: readonly string[]): readonly string[] {
    const before = new Set(this.#registered);
    const isSame = identities.length === before.size && identities.every((one) => before.has(one));
    if (!isSame) this.#registered = identities.toSorted(byName);
    return this.#registered;
  }

  /** Lets go of what it keeps between two readings. */
  forget(): void {
    this.#registered = [];
    this.#known = new Map();
    this.#runs = new Map();
    this.#whole = new Set();
  }

  async #readPage(identities: readonly string[]): Promise<FleetPage> {
    const processes = await this.#processes(identities);
    // What a process runs it writes down before it writes that its heart has beaten: as long as that is the same, so is the rest.
    // Of a thousand that beat every ten seconds it is most of what there is to read.
    const still = new Set(processes.flatMap((process) => (this.#isStill(process) ? [process.identity] : [])));
    const moved = identities.filter((identity) => !still.has(identity));
    const runs = await this.#readRuns(moved, processes);
    return {
      processes,
      runs: new Map(identities.map((one) => [one, runs.get(one) ?? this.#runs.get(one) ?? new Map()])),
    };
  }

  #isStill({ identity, beatAt, busy }: ProcessRecord): boolean {
    const before = this.#known.get(identity);
    if (!before?.beatAt || !this.#whole.has(identity)) return false;
    return before.beatAt.getTime() === beatAt?.getTime() && before.busy === busy;
  }

  async #readRuns(
    identities: readonly string[],
    processes: readonly ProcessRecord[],
  ): Promise<ReadonlyMap<string, ReadRuns>> {
    if (identities.length === 0) return new Map();
    const versions = new Map(processes.map(({ identity, version }) => [identity, version]));
    // 6.4.0 and 6.4.1 write the second key instead of the first, and some write both; from 7.0.2 on a process says its version.
    const old = identities.filter((identity) => versions.get(identity) === undefined);
    const pipeline = this.api.redis.pipeline();
    for (const identity of old) pipeline.hgetall(legacyWorkKey(identity));
    for (const identity of identities) pipeline.hgetall(workKey(identity));
    const replies = (await repliesOf(pipeline)) as readonly (Readonly<Record<string, string>> | undefined)[];
    const older = new Map(old.map((identity, i) => [identity, replies[i]]));
    const runs = identities.map((identity, i) => {
      const work = { ...older.get(identity), ...replies[old.length + i] };
      return [identity, this.#runsOf(identity, work)] as const;
    });
    return new Map(runs);
  }

  async #processes(identities: readonly string[]): Promise<readonly ProcessRecord[]> {
    const pipeline = this.api.redis.pipeline();
    for (const identity of identities) pipeline.hmget(identity, ...PROCESS_FIELDS);
    const hashes = await repliesOf(pipeline);
    return identities.flatMap((identity, i) =>
      ProcessRecord.read(this.api, identity, hashes[i], this.#known.get(identity)),
    );
  }

  #runsOf(identity: string, work: Readonly<Record<string, string>>): ReadRuns {
    const known = this.#runs.get(identity);
    const runs = Object.entries(work).map(([tid, value]) => {
      const before = known?.get(tid);
      const same = before?.value === value ? before : { value, run: new WorkRecord(identity, tid, value) };
      return [tid, same] as const;
    });
    return new Map(runs);
  }
}

/** As much as there is room for. */
const keptOf = (pages: readonly FleetPage[]): Map<string, ReadRuns> => {
  let left = MOST_KEPT_BYTES;
  const hasRoom = ({ value: { length } }: { readonly value: string }): boolean => {
    const bytes = length * BYTES_PER_CHARACTER;
    if (length > LONGEST_KEPT || bytes > left) return false;
    left -= bytes;
    return true;
  };
  return new Map(
    pages.flatMap(({ runs }) =>
      [...runs].map(
        ([identity, of]) => [identity, new Map([...of].filter(([, run]) => hasRoom(run)))] as const,
      ),
    ),
  );
};
