/**
 * The constant part of a job's payload, dumped once per set of options: per push only the arguments,
 * the jid and the times are left to write (1.1 µs instead of 8 µs).
 */
import { dumpJson } from "../wire/json.ts";
import { displayClass } from "../wire/payload.ts";
import type { JobOptions } from "../wire/payload.ts";
import { checkWellFormed } from "./arguments.ts";
import { checkOptions, TRANSIENT, wholeRetryFor, withDefaults } from "./normalize.ts";

/** What the payloads of one job have in common, dumped once: what `pushTemplate()` of a `JobClient` takes. */
export interface PayloadTemplate {
  readonly class: string;
  /** The class inside a wrapper: what is wrong with arguments is wrong with its. */
  readonly displayClass: string;
  readonly queue: string;
  readonly options: JobOptions;
  /** No option is a part of each job, such as its jid: jobs that are not plain are pushed one by one. */
  readonly isPlain: boolean;
  /** `{"retry":true,"queue":"default","args":` */
  readonly beforeArgs: string;
  /** `,"class":"HardJob","jid":"` */
  readonly beforeJid: string;
}

const OF_EACH_JOB: readonly string[] = ["jid", "created_at", "deadline", ...TRANSIENT];

/** @throws InvalidJobError when an option breaks Sidekiq's rules */
export const payloadTemplate = (
  jobClass: string,
  jobOptions: JobOptions,
  defaults: JobOptions,
): PayloadTemplate => {
  const given = withDefaults(jobOptions, defaults);
  checkOptions({ ...given, class: jobClass });
  const options = wholeRetryFor(given);
  return templateOf({ ...options, args: [], class: jobClass, queue: options.queue }, options);
};

/** The template of any payload, in the order of its keys. Its `args` and `jid` are those of each job. */
export const templateOf = (
  payload: Readonly<Record<string, unknown>> & { class: string; queue: string },
  options: JobOptions,
): PayloadTemplate => {
  const entries = Object.entries(payload).filter(([key, value]) => key !== "jid" && value !== undefined);
  const args = entries.findIndex(([key]) => key === "args");
  const dumped = entries.map(([key, value]) => `${JSON.stringify(key)}:${dumpJson(value)}`);
  checkWellFormed(payload.class, dumped.join());
  const before = dumped.slice(0, args).map((member) => `${member},`);
  const after = dumped.slice(args + 1).map((member) => `,${member}`);
  return {
    class: payload.class,
    displayClass: displayClass(payload),
    queue: payload.queue,
    options,
    isPlain: !Object.keys(options).some((key) => OF_EACH_JOB.includes(key)),
    beforeArgs: `{${before.join("")}"args":`,
    beforeJid: `${after.join("")},"jid":"`,
  };
};

/** The payload up to its times. */
export const fillTemplate = (template: PayloadTemplate, args: string, jid: string): string =>
  `${template.beforeArgs}${args}${template.beforeJid}${jid}"`;
