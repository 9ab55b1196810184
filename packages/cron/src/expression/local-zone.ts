/**
 * The zone of this process, by the rules of et-orbi, which tells it to fugit. Not by Intl alone, which knows other names: an
 * entry without a zone would fire at other times in Ruby.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { quoted } from "./quoted.ts";
import { isZone, zoneNamed } from "./zone.ts";
import type { Zone } from "./zone.ts";

export interface LocalZone {
  readonly zone: Zone;
  /** What to tell whoever has set TZ; undefined where its zone is the one that anybody would expect. */
  readonly warning: string | undefined;
}

/** What the machine says of its zone: each is a name, or undefined. */
export interface Machine {
  /** Of its files. */
  readonly system: () => string | undefined;
  /** Of Intl, which has looked at TZ and at the files. */
  readonly intl: () => string | undefined;
}

const asked = new Map<string | undefined, LocalZone>();

/** The zone of an expression that names none, in this process. */
export const localZone = (): Zone => {
  const tz = process.env["TZ"];
  const found = asked.get(tz) ?? findLocalZone(tz, MACHINE);
  asked.set(tz, found);
  return found.zone;
};

/**
 * What is odd about the variable TZ, once an expression without a zone has been read in this process.
 *
 * @returns a line for whoever has set it; undefined where there is nothing to say
 */
export const localZoneWarning = (): string | undefined => asked.get(process.env["TZ"])?.warning;

/** @param tz the variable TZ */
export const findLocalZone = (tz: string | undefined, machine: Machine): LocalZone => {
  const read = tz === undefined ? undefined : nameIn(tz);
  const name = read ?? [machine.system(), machine.intl()].find((one) => one !== undefined && isZone(one));
  const zone = zoneNamed(name ?? "UTC");
  if (tz === undefined || tz === zone.name || isExpected(tz, zone)) return { zone, warning: undefined };
  return {
    zone,
    warning:
      `Expected the variable TZ to be a time zone of the tz database, got ${quoted(tz)}: cron entries without a zone fire by ` +
      `${zone.name}, as in Ruby. Set TZ to a name such as \`Europe/Paris\`, or give each entry its zone.`,
  };
};

/** Nothing, and what is another way to write UTC, are UTC to everybody. */
const isExpected = (tz: string, zone: Zone): boolean =>
  /^(?::?(?:Etc\/)?(?:UTC|GMT|UCT|Zulu|Universal)[-+]?0?|Z|)$/i.test(tz) && isAlwaysUtc(zone);

const isAlwaysUtc = (zone: Zone): boolean => {
  const { from, to, offset } = zone.stretchAt(Date.now());
  return offset === 0 && from === -Infinity && to === Infinity;
};

// Nobody has a name as long as this.
const LONGEST = 100;

/** et-orbi takes the longest name that a text begins with: `EST5` is `EST`, and `JST-9` none. */
const nameIn = (tz: string): string | undefined => {
  if (tz === "Z") return "UTC";
  // Ruby knows the name, and raises an error: it is none here, so that entries fire.
  if (/^UTC[-+](?:[1-9]|1[0-2])/.test(tz)) return undefined;
  if (/^[-+]/.test(tz)) return isZone(tz) ? tz : undefined;
  for (let end = Math.min(tz.length, LONGEST); end > 1; end--) {
    const name = tz.slice(0, end);
    if (isZone(name)) return name;
  }
  return undefined;
};

const systemZone = (): string | undefined => {
  const name = nameInFiles();
  // As Intl calls it.
  return name === "Etc/UTC" ? "UTC" : name;
};

const nameInFiles = (): string | undefined => {
  const debian = textOf("/etc/timezone");
  if (debian !== undefined) return debian.trim();
  const redHat = /ZONE="(?<name>[^"]+)"/.exec(textOf("/etc/sysconfig/clock") ?? "")?.groups?.["name"];
  return redHat ?? linkedZone();
};

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

const linkedZone = (): string | undefined => {
  try {
    return /zoneinfo[^/]*\/(?<name>.+)$/.exec(readlinkSync("/etc/localtime"))?.groups?.["name"];
  } catch {
    return undefined;
  }
};

const MACHINE: Machine = {
  system: systemZone,
  // Undefined where TZ is a name that ICU does not know, against its type.
  intl: () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
};
