/** Ruby Sidekiq in a chaos run: its workers run the same jobs and write the same history, and it pushes too. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arena } from "./arena.ts";
import type { PlannedJob } from "./driver.ts";
import { monotonicMs } from "./history.ts";
import type { Ruby } from "../ruby.ts";
import type { RubyWorker } from "../ruby-worker.ts";

/** What starts a line of the history on standard output: Ruby may sit in a folder of its own, but its pipe is here. */
const MARK = "chaos: ";

const LOOK_EVERY_MS = 500;

const JOB = `
  class ChaosJob
    include Sidekiq::Job
    sidekiq_retry_in { 1 }
    attr_accessor :payload

    def perform(n, ms, fails, style = "polite")
      attempt = payload && payload["retry_count"] ? payload["retry_count"] + 2 : 1
      run = "#{Process.pid}:#{SecureRandom.hex(8)}"
      note(kind: "start", n: n, id: jid, attempt: attempt, pid: Process.pid, run: run)
      begin
        sleep(ms / 1000.0)
      rescue Sidekiq::Shutdown
        note(kind: "end", n: n, run: run, how: "aborted")
        raise
      end
      note(kind: "end", n: n, run: run, how: attempt <= fails ? "failed" : "done")
      raise "attempt #{attempt} fails, as planned" if attempt <= fails
    end

    def note(event)
      at = Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond)
      # Past Ruby's buffers, and in one piece.
      IO.for_fd(1, autoclose: false).syswrite("${MARK}#{JSON.generate(event.merge(at: at))}\\n")
    end
  end
`;
const LOAD_JOB = `require "securerandom"\n${JOB}`;

const PUSH = `
  Object.class_eval(args[1]) unless Object.const_defined?(:ChaosJob)
  args[0].map do |job|
    started = Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond)
    item = {"class" => "ChaosJob", "queue" => job["queue"], "retry" => job["retries"], "jid" => job["id"], "args" => job["args"]}
    item["at"] = Time.now.to_f + job["inMs"] / 1000.0 if job["inMs"]
    begin
      Sidekiq::Client.push(item)
      error = nil
    rescue => raised
      error = raised.message
    end
    [started, Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond), error]
  end
`;

export interface RubyFleetOptions {
  readonly queues: readonly string[];
  readonly graceSeconds: number;
}

export class RubyFleet {
  readonly #arena: Arena;
  readonly #ruby: Ruby;
  readonly #options: RubyFleetOptions;
  readonly #workers: RubyWorker[] = [];
  readonly #first: number;
  #pushed = 0;

  /** @param first the number of its first job */
  constructor(arena: Arena, ruby: Ruby, first: number, options: RubyFleetOptions) {
    this.#arena = arena;
    this.#ruby = ruby;
    this.#first = first;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { queues, graceSeconds } = this.#options;
    const worker = await this.#ruby.startWorker({
      redisUrl: this.#arena.server.url,
      queues,
      timeoutSeconds: graceSeconds,
      ruby: LOAD_JOB,
    });
    this.#workers.push(worker);
  }

  /** TERM to the oldest of its workers; another takes its place. Its BRPOP would lose what a kill -9 cut off. */
  async replace(): Promise<void> {
    const worker = this.#workers.at(-1);
    await this.start();
    if (worker) await this.#stop(worker);
  }

  async stop(): Promise<void> {
    const last = this.#workers.at(-1);
    if (last) await this.#stop(last);
    for (const worker of this.#workers)
      writeFileSync(join(this.#arena.history.folder, `ruby-${worker.pid}.jsonl`), told(worker.output()));
  }

  /** Pushes from Ruby. */
  async push(jobs: readonly PlannedJob[]): Promise<void> {
    const { chance, history, server } = this.#arena;
    const items = jobs.map(({ queue, style, inMs, ...plan }) => {
      const n = this.#first + this.#pushed++;
      return {
        n,
        id: chance.jid(),
        queue,
        inMs,
        plan,
        retries: plan.retries,
        args: [n, plan.ms, plan.fails, style],
      };
    });
    const answers = await this.#ruby.eval<readonly (readonly [number, number, string | null])[]>(PUSH, {
      redisUrl: server.url,
      args: [items, JOB],
    });
    for (const [i, { n, id, plan, inMs }] of items.entries()) {
      const [from, to, error] = answers[i] ?? [0, 0, "no answer"];
      const due = inMs === undefined ? {} : { dueAt: from + inMs };
      history.note({ kind: "pushing", at: from, n, id, plan: { ...plan, ...due } });
      history.note(error === null ? { kind: "accepted", at: to, n } : { kind: "refused", at: to, n, error });
    }
  }

  async #stop(worker: RubyWorker): Promise<void> {
    const { history } = this.#arena;
    const { pid } = worker;
    // Ruby looks every half second whether its jobs have ended, and gives up when the next look would be late.
    const graceMs = this.#options.graceSeconds * 1_000 - LOOK_EVERY_MS;
    history.note({ kind: "told to stop", at: monotonicMs(), pid, graceMs });
    const code = await worker.stop();
    history.note({ kind: "exited", at: monotonicMs(), pid, code });
  }
}

/** The lines of the history among what Sidekiq logged. */
const told = (output: string): string =>
  output
    .split("\n")
    .flatMap((line) => (line.startsWith(MARK) ? [`${line.slice(MARK.length)}\n`] : []))
    .join("");
