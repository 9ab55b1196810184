/** What enqueues ActiveJobs: Sidekiq, unless a line names another adapter. */
import type { RubyClass } from "./ruby-classes.ts";
import { matchesIn, statementAt } from "./source-text.ts";
import type { SourceText } from "./source-text.ts";

interface Named {
  readonly source: SourceText;
  readonly index: number;
  /** Of one class and those that inherit from it. */
  readonly isOfClass: boolean;
  readonly isSidekiq: boolean;
}

export class Adapters {
  readonly #named: readonly Named[];

  /** @param environment whose settings count, among those of `config/environments` */
  constructor(sources: readonly SourceText[], environment: string) {
    this.#named = sources
      .filter(({ path }) => {
        const own = /(?:^|\/)config\/environments\/(\w+)\.rb$/.exec(path)?.[1];
        return own === undefined || own === environment;
      })
      .flatMap((source) =>
        matchesIn(source, /(?<!\w)(self\s*\.\s*)?queue_adapter\s*=(?![=~])/).map((match) => ({
          source,
          index: match.index,
          isOfClass: match[1] !== undefined,
          isSidekiq: SIDEKIQ.test(statementAt(source, match.index + match[0].length)),
        })),
      );
  }

  /** Whether no other is named for all of them. */
  get isSidekiqEverywhere(): boolean {
    return this.#named.every(({ isOfClass, isSidekiq }) => isOfClass || isSidekiq);
  }

  /** Of a class with its ancestors, the nearest first. */
  isSidekiqs(line: readonly RubyClass[]): boolean {
    for (const { source, from, to } of line) {
      const own = this.#named.filter(
        (one) => one.isOfClass && one.source === source && one.index > from && one.index < to,
      );
      if (own.length > 0) return own.every(({ isSidekiq }) => isSidekiq);
    }
    return this.isSidekiqEverywhere;
  }
}

const SIDEKIQ = /^\s*(?::sidekiq\b|"sidekiq"|'sidekiq')/;
