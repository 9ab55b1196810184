/** The job classes of a Ruby project: those that include Sidekiq's module, and those that inherit from ActiveJob. */
import type { JobClass } from "./job-class.ts";
import { callsOf, classesIn, optionOf, valueIn } from "./ruby-classes.ts";
import type { RubyClass, RubyValue } from "./ruby-classes.ts";
import { matchesIn } from "./source-text.ts";
import type { SourceText } from "./source-text.ts";

const BASES = ["ActiveJob::Base", "::ActiveJob::Base"];
const DEEPEST = 10;

export const rubyJobs = (sources: readonly SourceText[]): readonly JobClass[] => {
  const classes = sources.flatMap(classesIn);
  const family = new Family(classes, hasOwnDefaults(sources));
  return classes.flatMap((one) => {
    const kind = family.kindOf(one);
    // Who has no `perform` is there for others to inherit from.
    if (kind === undefined || callsOf(one, "def perform", classes).length === 0) return [];
    const retryOns = family.calls(one, "retry_on");
    return {
      name: one.name,
      side: "ruby",
      kind,
      isRun: true,
      queue: family.queueOf(one, kind),
      retry: retryIn(family.option(one, "retry")),
      attempts: attemptsIn(retryOns.map(({ text }) => text)),
      hasRetryOn: retryOns.length > 0 || family.isOpen(one),
      isIterable: family.isIterable(one),
      deadlineSeconds: undefined,
      file: one.source.path,
      line: one.line,
    } satisfies JobClass;
  });
};

/** Then a class that says nothing has what only the program knows. */
const hasOwnDefaults = (sources: readonly SourceText[]): boolean =>
  sources.some(
    (source) => matchesIn(source, /\bdefault_(?:job|worker)_options\s*=|\bdefault_queue_name\s*=/).length > 0,
  );

class Family {
  readonly #classes: readonly RubyClass[];
  readonly #hasOwnDefaults: boolean;

  constructor(classes: readonly RubyClass[], ownDefaults: boolean) {
    this.#classes = classes;
    this.#hasOwnDefaults = ownDefaults;
  }

  kindOf(one: RubyClass): JobClass["kind"] | undefined {
    for (const ancestor of this.#line(one)) {
      const includes = callsOf(ancestor, "include", this.#classes).map(({ text }) => text);
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
    const line = this.#line(one);
    const last = line.at(-1)?.parent;
    if (last !== undefined && !BASES.includes(last)) return true;
    return line.some((ancestor) =>
      callsOf(ancestor, "(?:include|extend|prepend)", this.#classes).some(
        ({ text }) => !/^\w+[\s(]+(?:::)?Sidekiq::\w+\)?\s*$/.test(text),
      ),
    );
  }

  queueOf(one: RubyClass, kind: JobClass["kind"]): string | undefined {
    const said = kind === "active-job" ? this.#queueAs(one) : this.option(one, "queue");
    if (said === "dynamic") return undefined;
    if (said) return typeof said.known === "string" ? said.known : undefined;
    return this.isOpen(one) || this.#hasOwnDefaults ? undefined : "default";
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

  /** The calls of a class, the last first, and after them those of its ancestors. */
  calls(one: RubyClass, name: string): readonly { readonly text: string; readonly line: number }[] {
    return this.#line(one).flatMap((ancestor) => callsOf(ancestor, name, this.#classes).toReversed());
  }

  #queueAs(one: RubyClass): RubyValue | undefined {
    const [call] = this.calls(one, "queue_as");
    const isAssigned = this.#line(one).some(
      (ancestor) => matchesIn(ancestor.source, /\bself\.queue_name(?:_prefix)?\s*=/).length > 0,
    );
    if (isAssigned) return "dynamic";
    if (!call) return undefined;
    return valueIn(call.text.replace(/^queue_as[\s(]*/, "").replace(/\)\s*$/, ""));
  }

  /** The class and its ancestors, as far as they are in the project. */
  #line(one: RubyClass): readonly RubyClass[] {
    const line = [one];
    for (let next = this.#find(one.parent); next && line.length < DEEPEST; next = this.#find(next.parent))
      line.push(next);
    return line;
  }

  #find(name: string | undefined): RubyClass | undefined {
    const asked = name?.replace(/^::/, "");
    return asked === undefined ? undefined : this.#classes.find((one) => one.name === asked);
  }
}

const retryIn = (value: RubyValue | undefined): JobClass["retry"] => {
  if (value === undefined) return "unset";
  if (value === "dynamic" || typeof value.known === "string" || value.known === null) return "unknown";
  return value.known;
};

const attemptsIn = (calls: readonly string[]): ReadonlyMap<string, number> =>
  new Map(
    calls.flatMap((text) => {
      const error = /^retry_on[\s(]+((?:::)?[A-Z][\w:]*)\s*(?:,|$)/.exec(text)?.[1]?.replace(/^::/, "");
      const attempts = optionOf(text, "attempts");
      const known = attempts === undefined || attempts === "dynamic" ? undefined : attempts.known;
      return error !== undefined && typeof known === "number" ? [[error, known] as const] : [];
    }),
  );
