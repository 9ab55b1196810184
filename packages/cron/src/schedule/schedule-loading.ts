/** Loads the schedule of a worker once, when Redis is there. */
import type { ExtensionHost } from "@tsq/worker";
import { readMembers, runnersOf } from "@tsq/core/protocol";
import { isOfEntry } from "../poll/fire-and-tell.ts";
import type { ScheduleFile } from "./schedule-file.ts";
import type { Definition } from "../entry/definition.ts";
import { findLayout } from "../entry/layout.ts";
import type { Layout, LayoutOption } from "../entry/layout.ts";
import type { TakenBack } from "../entry/load-book.ts";
import { LoadBook } from "../entry/load-book.ts";
import type { Namespaces } from "../entry/namespaces.ts";
import { readSchedule, removeOthers, storeDefinitions } from "./load-schedule.ts";
import type { LoadedSchedule } from "./load-schedule.ts";

export interface ScheduleLoadingParts {
  readonly host: Pick<ExtensionHost, "identity" | "redis" | "registry" | "log" | "report">;
  readonly now: () => number;
  readonly file: ScheduleFile | undefined;
  readonly path: string | undefined;
  readonly definitions: readonly Definition[];
  readonly namespaces: Pick<Namespaces, "home" | "admit">;
  readonly layout: LayoutOption;
}

/** A minute or so after the start: a Rails app that starts with this process is up by then. */
const LOOKS_BEFORE_TELLING = 3;

export class ScheduleLoading {
  readonly #parts: ScheduleLoadingParts;
  #loaded: Promise<readonly Definition[]> | undefined;
  #looks = 0;
  #hasLoadedAgain = false;

  constructor(parts: ScheduleLoadingParts) {
    this.#parts = parts;
  }

  /**
   * As `load`, for the start: what fails is told.
   *
   * @param isTriedAgain whether there are polls, of which the first tries it again, and tells a Redis that refuses it
   */
  async tryLoad(isTriedAgain: boolean): Promise<void> {
    try {
      await this.load();
    } catch (error) {
      if (isTriedAgain && !isOfEntry(error)) return;
      const next = isTriedAgain ? "; it is tried again" : ". Start the worker again when that is mended";
      this.#parts.host.report(error, { context: `The cron schedule could not be loaded${next}` });
    }
  }

  /** Loads it unless that is done. @throws what Redis refuses */
  async load(): Promise<void> {
    this.#loaded ??= this.#load();
    try {
      await this.#loaded;
    } catch (error) {
      this.#loaded = undefined;
      throw error;
    }
  }

  /**
   * Loads it anew at the next poll, once: an entry that is in 1.x and in 2.x was written here before Ruby wrote its own.
   */
  loadAgain(): void {
    if (this.#hasLoadedAgain) return;
    this.#hasLoadedAgain = true;
    this.#loaded = undefined;
  }

  /** Loads it anew where Redis has lost it. @throws what Redis refuses */
  async restore(): Promise<void> {
    const { host, file, path, definitions } = this.#parts;
    if (!file && definitions.length === 0) return;
    host.log.warn(
      { file: path },
      "Redis has come back empty: the cron schedule of this process is loaded again. Entries that others have made are lost, and what was due meanwhile is not known",
    );
    this.#loaded = undefined;
    await this.load();
  }

  async #load(): Promise<readonly Definition[]> {
    const { host, file, path, namespaces, layout: option, now } = this.#parts;
    if (!file && this.#parts.definitions.length === 0) return [];
    const definitions = this.#admitted(this.#parts.definitions);
    const { redis, registry, log } = host;
    const layout = await findLayout(redis, namespaces.home, option);
    const options = { redis, layout, registry, nowMs: now() };
    const ofCode = await storeDefinitions(definitions, options);
    this.#tellRefused(ofCode.refused);
    this.#tellMoved(ofCode.moved);
    this.#tellLeftOut(ofCode.stored);
    if (!file) return definitions;
    const { definitions: read, refused } = readSchedule(file.schedule, "schedule", file.placeOf);
    const own = this.#admitted(read);
    const { nowMs } = options;
    const book = await LoadBook.read({ redis, nowMs, by: host.identity, of: namespaces.home });
    const ofFile = await storeDefinitions(own, { ...options, book });
    this.#tellMoved(ofFile.moved);
    this.#tellLeftOut(ofFile.stored);
    const all = { definitions: [...own, ...definitions], refused };
    const { removed, left, elsewhere } = await removeOthers(all, { redis, layout, book });
    this.#tellElsewhere(elsewhere, layout);
    this.#tellLeft(left);
    this.#tellTakenBack(await book.takenBack());
    this.#tellRefused([...refused, ...ofFile.refused], ` of \`${path}\``);
    log.info({ file: path, entries: ofFile.stored.length, removed }, "Cron schedule loaded");
    return [...definitions, ...own];
  }

  /** In namespaces that this process looks at: sidekiq-cron from 2.1 on moves an entry of another one as well. */
  #admitted(definitions: readonly Definition[]): readonly Definition[] {
    const { namespaces, host } = this.#parts;
    return definitions.map((definition) => {
      const { name, namespace } = definition;
      if (namespace === undefined || namespaces.admit(namespace)) return definition;
      host.log.warn(
        { entry: name, namespace, is: namespaces.home },
        "Cron entry names a namespace that is not among those of this process, and goes to the first of them, as with sidekiq-cron. Add it to `cron_namespaces`, or to `namespaces` of cron()",
      );
      return { ...definition, namespace: undefined };
    });
  }

  #tellLeftOut(definitions: readonly Definition[]): void {
    for (const { name, entry, leftOut } of definitions) {
      if (leftOut.length === 0) continue;
      this.#parts.host.log.warn(
        { entry: name, cron: entry.cron, leftOut },
        "Cron entry fires less often than its words say: of what no one expression can hold, Ruby and tsq hear the first. Write an entry of its own for what is left out",
      );
    }
  }

  #tellMoved(entries: readonly string[]): void {
    if (entries.length === 0) return;
    this.#parts.host.log.info(
      { entries },
      "Cron entries moved from the keys of sidekiq-cron 2.x to those of 1.x, which are in use",
    );
  }

  /** What a schedule has left in 1.x a process of Ruby's 2.x takes over. */
  #tellElsewhere(entries: readonly string[], { version }: Layout): void {
    if (entries.length === 0 || version === 2) return;
    this.#parts.host.log.warn(
      { entries },
      "Cron entries that a schedule has made in the keys of sidekiq-cron 2.x are not in this one, which is in those of 1.x: they fire until somebody deletes them. Where no Ruby with sidekiq-cron 2.x has them, delete each by `tsq cron delete NAME`",
    );
  }

  /** Of a deployment in progress, most likely, whose processes have two versions of the file. */
  #tellTakenBack(entries: readonly TakenBack[]): void {
    if (entries.length === 0) return;
    this.#parts.host.log.warn(
      {
        file: this.#parts.path,
        entries: entries.map(({ name }) => name),
        by: [...new Set(entries.map(({ by }) => by || "a program"))],
      },
      "Cron schedule takes back what another process has loaded in the last ten minutes: their files differ, and the last to load its own wins. After a deployment load the new file once more when no process has the old one: start a worker again, or run `tsq cron load FILE`",
    );
  }

  #tellLeft(entries: readonly string[]): void {
    if (entries.length === 0) return;
    this.#parts.host.log.info(
      { entries },
      "Cron entries of a schedule stay though this one has not got them: Ruby shares this Redis, and tsq has not written them last. Where no file of Ruby has them, delete each by `tsq cron delete NAME`",
    );
  }

  #tellRefused(refused: LoadedSchedule["refused"], where = ""): void {
    for (const { name, error } of refused)
      this.#parts.host.report(error, { context: `The cron entry \`${name}\`${where} is not loaded` });
  }

  /** Warns of classes that no process of the fleet can run. Once, and not at the start, when others may start too. */
  async tellUnknown(): Promise<void> {
    if (this.#looks >= LOOKS_BEFORE_TELLING || !this.#loaded) return;
    const { host } = this.#parts;
    const definitions = await this.#loaded;
    if (++this.#looks < LOOKS_BEFORE_TELLING) return;
    const elsewhere = definitions.filter(({ entry }) => {
      const { registry } = host;
      return !registry.find({ class: entry.class }) && !registry.find({ class: "", wrapped: entry.class });
    });
    if (elsewhere.length === 0) return;
    const members = await readMembers(host.redis);
    for (const { name, entry } of elsewhere) {
      const queue = entry.queue ?? "default";
      if (runnersOf(members, [entry.class], queue).kind !== "nobody") continue;
      host.log.warn(
        { entry: name, class: entry.class, queue },
        "No process can run the class of this cron entry: its jobs will wait, or fail. Correct the class, or start a worker that has it and processes the queue",
      );
    }
  }
}
