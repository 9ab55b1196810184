/** The job classes of a Ruby project: those that include Sidekiq's module, and those that inherit from ActiveJob. */
import type { Adapters } from "./active-job-adapter.ts";
import { OPTION_NAMES } from "./job-class.ts";
import type { JobClass, LinePlace } from "./job-class.ts";
import { callsOf, classesIn, optionOf, valueIn } from "./ruby-classes.ts";
import type { RubyClass, RubyValue } from "./ruby-classes.ts";
import { matchesIn, statementAt } from "./source-text.ts";
import type { SourceText } from "./source-text.ts";

const BASES = ["ActiveJob::Base", "::ActiveJob::Base"];
const DEEPEST = 10;

/** What is said for all classes at once. */
export interface RubyDefaults {
  /** What enqueues ActiveJobs: those of another adapter than Sidekiq's are no jobs of Sidekiq. */
  readonly adapters: Adapters;
  /** Queue and retries of who says nothing are what only the program knows. */
  readonly hasOptions: boolean;
  /** How often is tried what is to be tried always. */
  readonly hasMaxRetries: boolean;
}

export const rubyJobs = (sources: readonly SourceText[], defaults: RubyDefaults): readonly JobClass[] => {
  const classes = sources.flatMap(classesIn);
  const family = new Family(classes, defaults, pushedElsewhere(sources));
  return classes.flatMap((one) => {
    const kind = family.kindOf(one);
    // Who has no `perform` is there for others to inherit from.
    if (kind === undefined || callsOf(one, "def perform", classes).length === 0) return [];
    if (kind === "active-job" && !defaults.adapters.isSidekiqs(family.lineOf(one))) return [];
    const retryOns = family.calls(one, "retry_on");
    return {
      name: one.name,
      side: "ruby",
      kind,
      isRun: true,
      queue: family.queueOf(one, kind),
      retry: family.retryOf(one),
      attempts: attemptsIn(retryOns.map(({ text }) => text)),
      hasRetryOn: retryOns.length > 0 || family.isOpen(one),
      options: family.optionsOf(one),
      isClosed: !family.isOpen(one) && !defaults.hasOptions,
      isIterable: family.isIterable(one),
      deadlineSeconds: undefined,
      file: one.source.path,
      line: one.line,
      queueAt:
        kind === "active-job" ? placeOf(family.calls(one, "queue_as")[0]) : family.callWith(one, "queue"),
      retryAt: family.callWith(one, "retry"),
    } satisfies JobClass;
  });
};

/** Options of all jobs, by whatever way they are written or changed. */
export const hasDefaultOptions = (sources: readonly SourceText[]): boolean =>
  sources.some(
    (source) => matchesIn(source, /\bdefault_(?:job|worker)_options\b|\bdefault_queue_name\s*=/).length > 0,
  );

export const hasMaxRetries = (sources: readonly SourceText[]): boolean =>
  sources.some(
    (source) =>
      matchesIn(source, /\bmax_retries\b/).length > 0 && matchesIn(source, /\bSidekiq\b/).length > 0,
  );

/** `HardJob.set(queue: :low)`: names of classes, without the modules around them, whose queue is said by who pushes. */
const pushedElsewhere = (sources: readonly SourceText[]): ReadonlySet<string> =>
  new Set(
    sources.flatMap((source) =>
      matchesIn(source, /(?<![\w:.])(?:::)?(?:[A-Z]\w*::)*([A-Z]\w*)\.set\b/).flatMap(
        ({ index, 1: name = "" }) =>
          optionOf(statementAt(source, index), "queue") === undefined ? [] : name,
      ),
    ),
  );

class Family {
  readonly #classes: readonly RubyClass[];
  readonly #byName: ReadonlyMap<string, RubyClass>;
  readonly #defaults: RubyDefaults;
  readonly #pushedElsewhere: ReadonlySet<string>;
  readonly #calls = new Map<RubyClass, Map<string, ReturnType<typeof callsOf>>>();

  constructor(classes: readonly RubyClass[], defaults: RubyDefaults, elsewhere: ReadonlySet<string>) {
    this.#classes = classes;
    // Of those of one name the first.
    this.#byName = new Map(classes.map((one) => [one.name, one] as const).toReversed());
    this.#defaults = defaults;
    this.#pushedElsewhere = elsewhere;
  }

  kindOf(one: RubyClass): JobClass["kind"] | undefined {
    for (const ancestor of this.lineOf(one)) {
      const includes = this.#own(ancestor, "include").map(({ text }) => text);
      if (includes.some((text) => /\bSidekiq::(?:Job|Worker|IterableJob)\b/.test(text))) return "sidekiq";
      if (BASES.includes(ancestor.parent ?? "")) return "active-job";
      // As every Rails app has it, also where its file is not among those that were read.
      if (ancestor.parent === "ApplicationJob" && !this.#find("ApplicationJob")) return "active-job";
    }
    return undefined;
  }

  isIterable(one: RubyClass): boolean {
    return this.calls(one, "include").some(({ text }) =>
      /\b(?:Sidekiq::IterableJob|JobIteration::Iteration|Continuable)\b/.test(text),
    );
  }

  /** Something that is not in these files may say more: a parent, or a module. */
  isOpen(one: RubyClass): boolean {
    const line = this.lineOf(one);
    const last = line.at(-1)?.parent;
    if (last !== undefined && !BASES.includes(last)) return true;
    return line.some((ancestor) =>
      this.#own(ancestor, "(?:include|extend|prepend)").some(
        ({ text }) => !/^\w+[\s(]+(?:::)?Sidekiq::\w+\)?\s*$/.test(text),
      ),
    );
  }

  queueOf(one: RubyClass, kind: JobClass["kind"]): string | undefined {
    const said = kind === "active-job" ? this.#queueAs(one) : this.option(one, "queue");
    if (said === "dynamic") return undefined;
    if (said) return typeof said.known === "string" ? said.known : undefined;
    const isOpen = this.isOpen(one) || this.#defaults.hasOptions;
    return isOpen || this.#pushedElsewhere.has(one.name.split("::").at(-1) ?? "") ? undefined : "default";
  }

  retryOf(one: RubyClass): JobClass["retry"] {
    const value = this.option(one, "retry");
    if (value === undefined) {
      const mayBeSet = this.isOpen(one) || this.#defaults.hasOptions || this.#defaults.hasMaxRetries;
      return mayBeSet ? "unknown" : "unset";
    }
    if (value === "dynamic" || typeof value.known === "string" || value.known === null) return "unknown";
    return value.known === true && this.#defaults.hasMaxRetries ? "unknown" : value.known;
  }

  optionsOf(one: RubyClass): JobClass["options"] {
    return new Map(
      OPTION_NAMES.flatMap((name) => {
        const value = this.option(one, name);
        if (value === undefined) return [];
        return [[name, value === "dynamic" ? undefined : (value.known ?? undefined)] as const];
      }),
    );
  }

  /** Of `sidekiq_options`, the nearest that has it. */
  option(one: RubyClass, key: string): RubyValue | undefined {
    for (const { text } of this.calls(one, "sidekiq_options")) {
      const value = optionOf(text, key);
      if (value !== undefined) return value;
      if (/\*\*|sidekiq_options\s*\(?\s*[\w.]+\s*\)?\s*$/.test(text)) return "dynamic";
    }
    return undefined;
  }

  /** The line that says it, where one does. */
  callWith(one: RubyClass, key: string): LinePlace | undefined {
    return placeOf(this.calls(one, "sidekiq_options").find(({ text }) => optionOf(text, key) !== undefined));
  }

  /** The calls of a class, the last first, and after them those of its ancestors. */
  calls(one: RubyClass, name: string): ReturnType<typeof callsOf> {
    return this.lineOf(one).flatMap((ancestor) => this.#own(ancestor, name).toReversed());
  }

  #queueAs(one: RubyClass): RubyValue | undefined {
    const [call] = this.calls(one, "queue_as");
    const isAssigned = this.lineOf(one).some(
      (ancestor) => matchesIn(ancestor.source, /\bself\.queue_name(?:_prefix)?\s*=/).length > 0,
    );
    if (isAssigned) return "dynamic";
    if (!call) return undefined;
    return valueIn(call.text.replace(/^queue_as[\s(]*/, "").replace(/\)\s*$/, ""));
  }

  /** The class and its ancestors, as far as they are in the project. */
  lineOf(one: RubyClass): readonly RubyClass[] {
    const line = [one];
    for (let next = this.#find(one.parent); next && line.length < DEEPEST; next = this.#find(next.parent))
      line.push(next);
    return line;
  }

  #find(name: string | undefined): RubyClass | undefined {
    const asked = name?.replace(/^::/, "");
    return asked === undefined ? undefined : this.#byName.get(asked);
  }

  /** What a class calls in its own body; looked for once, as others inherit it. */
  #own(one: RubyClass, name: string): ReturnType<typeof callsOf> {
    const own = this.#calls.get(one) ?? new Map<string, ReturnType<typeof callsOf>>();
    this.#calls.set(one, own);
    const calls = own.get(name) ?? callsOf(one, name, this.#classes);
    own.set(name, calls);
    return calls;
  }
}

const placeOf = (call: LinePlace | undefined): LinePlace | undefined =>
  call && { file: call.file, line: call.line };

const attemptsIn = (calls: readonly string[]): ReadonlyMap<string, number> =>
  new Map(
    calls.flatMap((text) => {
      const error = /^retry_on[\s(]+((?:::)?[A-Z][\w:]*)\s*(?:,|$)/.exec(text)?.[1]?.replace(/^::/, "");
      const attempts = optionOf(text, "attempts");
      const known = attempts === undefined || attempts === "dynamic" ? undefined : attempts.known;
      return error !== undefined && typeof known === "number" ? [[error, known] as const] : [];
    }),
  );
