/** Queues with their weights, in every way Sidekiq lets one write them. */
import { wrongSetting } from "./setting.ts";
import type { Setting } from "./setting.ts";

export interface WeightedQueue {
  readonly name: string;
  /** As in Sidekiq: 0 is "not given", and queues that all have 0 are worked strictly in order. */
  readonly weight: number;
}

/** `name` or `name,weight`, as `-q` and a line of the file give it. */
export const queueFromText = (setting: Setting): WeightedQueue => {
  const [name = "", weight, ...rest] = typeof setting.value === "string" ? setting.value.split(",") : [];
  if (rest.length > 0) throw wrongQueue(setting, "Give one queue and one weight.");
  return queueFromPair(setting, name, weight);
};

/** A name and what was given as its weight: an integer, or text that is one. */
export const queueFromPair = (setting: Setting, name: unknown, weight?: unknown): WeightedQueue => {
  if (typeof name !== "string") {
    throw wrongQueue(
      setting,
      name instanceof Map
        ? "Write a name with its weight as `[critical, 2]`."
        : "Put a name that YAML reads as something else in quotes, and a weight behind its name: `[critical, 2]`.",
    );
  }
  if (name === "") throw wrongQueue(setting, "Its name is empty.");
  if (/\s/.test(name)) throw wrongQueue(setting, "A name has no spaces and no line ends.");
  if (name.includes(",")) throw wrongQueue(setting, "A name has no comma.");
  const number = typeof weight === "string" && /^\s*\d+\s*$/.test(weight) ? Number(weight) : (weight ?? 0);
  if (!Number.isSafeInteger(number) || Number(number) < 0) {
    throw wrongQueue(setting, "A weight is an integer from 0; leave it out for none.");
  }
  return { name, weight: Number(number) };
};

const wrongQueue = (setting: Setting, remedy: string): Error =>
  wrongSetting(setting, "`name` or `name,weight`", remedy);
