/**
 * The real Ruby Sidekiqs of this machine, one for each generation that `scripts/rubies.sh` has made.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { RubyConsole } from "./ruby-console.ts";
import { RubyWorker, type RubyWorkerOptions } from "./ruby-worker.ts";

export const GENERATIONS = [6, 7, 8] as const;
export type Generation = (typeof GENERATIONS)[number];

export interface MissingRuby {
  readonly generation: Generation;
  readonly reason: string;
}

export interface RubyVisit {
  readonly form?: Readonly<Record<string, unknown>>;
  /** By their names in CGI, such as `HTTP_REFERER`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RubyPage {
  readonly status: number;
  /** Where a form led. */
  readonly location: string | null;
  readonly body: string;
}

/** The generations that are here. Looks at folder names only: costs no Ruby. */
export function rubies(): Ruby[] {
  return GENERATIONS.map(find).filter((found): found is Ruby => found instanceof Ruby);
}

/** The generations that are not, and what to do about it. */
export function missingRubies(): MissingRuby[] {
  return GENERATIONS.map(find).filter((found): found is MissingRuby => !(found instanceof Ruby));
}

export class Ruby {
  readonly generation: Generation;
  /** Sidekiq's, such as `7.3.2`. */
  readonly version: string;
  readonly #root: string;
  readonly #consoles = new Map<string, RubyConsole>();
  readonly #workers = new Set<RubyWorker>();

  constructor(generation: Generation, version: string, root: string) {
    this.generation = generation;
    this.version = version;
    this.#root = root;
  }

  /**
   * Evaluates Ruby with Sidekiq, its API and the jobs of `ruby/jobs.rb` loaded, and `args` in a local of that name.
   * Resolves to the last expression's value, by way of JSON; rejects with a RubyError.
   * The Ruby stays for the next script of this Redis, with the classes that this one defined.
   */
  async eval<Value = unknown>(script: string, options: { redisUrl: string; args?: readonly unknown[] }) {
    const value = await this.#console(options.redisUrl).ask({ script, args: options.args ?? [] });
    // The caller wrote the script, and alone knows what it gives.
    return value as Value;
  }

  /** Renders a page of Sidekiq's Web UI, or sends the form with which its buttons act. */
  async page(path: string, { redisUrl, form, headers }: RubyVisit & { readonly redisUrl: string }) {
    const request = { path, form: form ?? null, headers: headers ?? {} };
    // The shape is that of `visit` in ruby/console.rb.
    return (await this.#console(redisUrl).ask(request)) as RubyPage;
  }

  async startWorker(options: RubyWorkerOptions): Promise<RubyWorker> {
    const worker = await RubyWorker.start(this.#root, options);
    this.#workers.add(worker);
    return worker;
  }

  /** Kills every process that this started. */
  async stopAll(): Promise<void> {
    await Promise.all([
      ...Array.from(this.#workers, (worker) => worker.kill9()),
      ...Array.from(this.#consoles.values(), (console) => console.stop()),
    ]);
    this.#workers.clear();
    this.#consoles.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopAll();
  }

  #console(redisUrl: string): RubyConsole {
    let console = this.#consoles.get(redisUrl);
    if (console === undefined) {
      console = new RubyConsole(this.#root, redisUrl);
      this.#consoles.set(redisUrl, console);
    }
    return console;
  }
}

function find(generation: Generation): Ruby | MissingRuby {
  const root = rootOf(generation);
  const version = versionUnder(root);
  const missing = (reason: string) => ({ generation, reason });
  if (version === undefined) return missing(`no ruby-sidekiq under ${root}: run scripts/rubies.sh`);
  if (root === "/") {
    if (version.startsWith(`${generation}.`)) return new Ruby(generation, version, root);
    return missing(`this system's ruby-sidekiq is ${version}`);
  }

  if (!existsSync(join(root, ".tsq-made"))) return missing(`${root} is half made: run scripts/rubies.sh`);
  if (!existsSync(join(root, "proc/self/status")))
    return missing(`${root}/proc is not mounted: run scripts/rubies.sh`);
  if (process.getuid?.() !== 0) return missing(`chroot to ${root} takes root`);
  return new Ruby(generation, version, root);
}

function rootOf(generation: Generation): string {
  return generation === 6 ? "/" : join(process.env.TSQ_RUBIES ?? "/var/cache/tsq-rubies", String(generation));
}

function versionUnder(root: string): string | undefined {
  const gems = join(root, "usr/share/rubygems-integration/all/gems");
  if (!existsSync(gems)) return undefined;
  return readdirSync(gems)
    .find((name) => /^sidekiq-\d/.test(name))
    ?.slice("sidekiq-".length);
}
