/** The pages of errors and of what was searched for, with names that an attacker chose. */
import { errorsPage, searchPage } from "./inside-web.ts";
import type { Frame, Page } from "./inside-web.ts";

const NOW = Date.UTC(2026, 10, 27, 14, 32, 8);
const HOSTILE = "<img src=x onerror=alert(1)>\u202eJob";

const narrow = (path: string) => ({
  path,
  text: HOSTILE,
  problem: HOSTILE,
  badges: [{ text: HOSTILE, path }],
});
const group = {
  id: "5f0c",
  class: HOSTILE,
  error: HOSTILE,
  fingerprint: HOSTILE,
  count: 1_412,
  retries: 112,
  dead: 1_300,
  firstAt: new Date(NOW - 18_000_000),
  lastAt: new Date(NOW - 21_000),
  deploy: { at: new Date(NOW - 18_360_000), label: HOSTILE },
  message: HOSTILE,
  jids: [HOSTILE],
};
const job = {
  jid: HOSTILE,
  class: HOSTILE,
  args: [HOSTILE],
  queue: HOSTILE,
  tags: [HOSTILE],
  href: "/retries/1-abc",
  error: { class: HOSTILE, message: HOSTILE },
  at: new Date(NOW),
};
const found = {
  place: "queue" as const,
  queue: HOSTILE,
  jobs: [job],
  looked: 20_000,
  total: 104_212,
  list: "/queues/x",
  next: "/queues/x?after=1",
};

/** By their paths. */
export const SEARCH_PAGES = (frame: Frame): Readonly<Record<string, Page>> => ({
  "/errors": errorsPage(
    {
      report: {
        isHiding: false,
        groups: [group],
        others: 0,
        looked: 10_000,
        total: 14_000,
        isComplete: false,
      },
      narrow: narrow("/errors"),
      order: "newest",
      more: 100_000,
    },
    frame,
  ),
  "/errors/reading": errorsPage(
    { report: undefined, narrow: narrow("/errors"), order: "most", more: undefined },
    frame,
  ),
  "/search": searchPage(
    { narrow: narrow("/search"), found: [found, { ...found, place: "dead", queue: undefined }] },
    frame,
  ),
  "/search/nothing": searchPage({ narrow: { ...narrow("/search"), badges: [] }, found: [] }, frame),
});
