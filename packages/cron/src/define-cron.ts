/** Entries of a schedule that stand in code. */
import { ConfigError } from "@tsq/core";
import { readDefinition } from "./entry/definition.ts";
import type { CronOptions, Definition } from "./entry/definition.ts";

const DEFINED = new WeakMap<CronDefinition, Definition>();

/** An entry that code defines: one of `entries` of `cron()`. */
export class CronDefinition {
  /** The name of the entry. */
  readonly name: string;

  /** @internal */
  constructor(definition: Definition) {
    this.name = definition.name;
    DEFINED.set(this, definition);
  }
}

/**
 * Defines an entry of the cron schedule that Ruby and tsq share. A worker with `cron({ entries: [entry] })` writes it at its
 * start. It stays in Redis when it is no longer in the code: `tsq cron delete NAME` removes it.
 *
 * @example
 * const nightly = defineCron("nightly", { cron: "0 2 * * *", tz: "Europe/Berlin", class: reportJob, args: [7] });
 * const worker = new Worker({ jobs: [reportJob], extensions: [cron({ entries: [nightly] })] });
 *
 * @throws ConfigError naming the entry and the option that is wrong, CronError for an expression that is none
 */
export const defineCron = (name: string, options: CronOptions): CronDefinition =>
  new CronDefinition(readDefinition(name, options, "dynamic"));

/** @throws ConfigError when it is none */
export const definitionOf = (value: unknown): Definition => {
  const definition = DEFINED.get(value as CronDefinition);
  if (definition) return definition;
  throw new ConfigError(
    "Expected every one of `entries` of cron() to come from defineCron(), got another value. Write `entries: [defineCron(name, options)]`.",
  );
};
