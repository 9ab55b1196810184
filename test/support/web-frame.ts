/** What is around a page of the dashboard, for tests that make pages without a server. */
import { Words } from "./inside-web.ts";
import type { Frame } from "./inside-web.ts";

/** An operator who may do everything, on the dashboard's first page. */
export const frameOf = (own: Partial<Frame> = {}): Frame => ({
  to: (path) => `/sidekiq${path}`,
  assets: { "app.css": "/app.css", "app.js": "/app.js", "icon.svg": "/icon.svg" },
  counts: { busy: 61, enqueued: 103_988, retries: 486, scheduled: 104_212, dead: 4_318 },
  user: { name: "mira", role: "admin" },
  path: "/",
  theme: "system",
  words: new Words(),
  csrf: "token",
  isReadOnly: false,
  may: () => true,
  tabs: [],
  nowMs: Date.UTC(2026, 10, 27, 14, 32, 8),
  version: "0.1.0",
  ...own,
});
