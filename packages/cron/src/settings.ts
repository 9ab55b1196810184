/**
 * The options of the extension that a file may say as well as code (@tsq/cron/settings). It loads nothing else:
 * `tsq work --help` reads it.
 */
import { notAsExpected, oneOf, seconds, text, texts } from "@tsq/core/config";
import type { Kind, Options } from "@tsq/core/config";
import type { LayoutOption } from "./entry/layout.ts";
import type { NamespacesOption } from "./entry/namespaces.ts";

export type { NamespacesOption } from "./entry/namespaces.ts";

const WRITTEN: readonly (readonly [layout: LayoutOption, ...spellings: readonly unknown[]])[] = [
  ["auto", "auto"],
  ["1.x", "1.x", 1, "1"],
  ["2.x", "2.x", 2, "2"],
];

/** Which sidekiq-cron shares this Redis. A file says it by the number of its version. */
export const layoutKind = (): Kind<LayoutOption> => ({
  ...oneOf("auto", "1.x", "2.x"),
  written: {
    takes: "`1`, `2`",
    read: (value, place) => {
      const found = WRITTEN.find(([, ...spellings]) => spellings.includes(value))?.[0];
      if (found !== undefined) return found;
      throw notAsExpected(place, "`1` or `2`", value, "Leave it out to go by what is there.");
    },
  },
});

const LIST = texts('namespaces: ["default"]');

const readBy =
  (read: Kind<readonly string[]>["read"]): Kind<NamespacesOption>["read"] =>
  (value, place) => {
    if (value === "auto") return value;
    if (Array.isArray(value)) return read(value, place);
    throw notAsExpected(
      place,
      "a list of namespaces or `auto`",
      value,
      "Write `[default, billing]`, or `auto` for all there are.",
    );
  };

/** In a file and in code. */
export const namespacesKind = (): Kind<NamespacesOption> => ({
  takes: 'array of texts, or `"auto"`',
  read: readBy(LIST.read),
  written: { takes: "list of texts, or `auto`", read: readBy(LIST.written?.read ?? LIST.read) },
});

const FILE = text();

/** A path, or `false` where there is a file that is another's to load. */
const fileKind = (): Kind<string | false> => ({
  takes: "text, or `false`",
  read: (value, place) => (value === false ? false : FILE.read(value, place)),
});

/** A row for each. */
export const CRON_SETTINGS = {
  cronPollInterval: {
    ...seconds({ from: 0, to: 1_000_000, example: 30 }),
    tells: "how often this process looks at the cron schedule, half as much more or less; 0 is never",
    fallback: 30,
    yaml: "cron_poll_interval",
  },
  cronScheduleFile: {
    ...fileKind(),
    tells: "the file with the cron schedule; `false` loads none",
    usual: "`config/schedule.yml` under `tsq work`, where it is there",
    yaml: "cron_schedule_file",
  },
  cronNamespaces: {
    ...namespacesKind(),
    tells:
      "the namespaces of sidekiq-cron 2.x whose entries fire, the first being where new ones go; `auto` is all",
    usual: "`default` and those that the schedule names",
    yaml: "cron_namespaces",
  },
  cronLayout: {
    ...layoutKind(),
    tells: "the version of sidekiq-cron in whose keys new cron entries are written",
    usual: "by the entries that are there, then by the processes",
    yaml: "cron_layout",
  },
} satisfies Options;
