/** What tests use of @tsq/web beyond its public entry. */
export { ROUTES } from "../../packages/web/dist/dashboard.js";
export { Attempts } from "../../packages/web/dist/security/attempts.js";
export { whyForged } from "../../packages/web/dist/security/csrf.js";
export { maskByKeys } from "../../packages/web/dist/security/mask.js";
export { isPassword } from "../../packages/web/dist/security/password.js";
export { pageTag } from "../../packages/web/dist/live/page-tag.js";
export { RateLimit } from "../../packages/web/dist/security/rate-limit.js";
export { Permissions } from "../../packages/web/dist/security/permissions.js";
export { ACTIONS } from "../../packages/web/dist/security/roles.js";
export { FindingsReader } from "../../packages/web/dist/frame/findings-reader.js";
export { linkFrom, pathWithin } from "../../packages/web/dist/request/mount.js";
export { Router } from "../../packages/web/dist/request/router.js";

/** The declaration that docs/options.md is held against. */
export const WEB_OPTION_TYPES = new URL("../../packages/web/dist/web-options.d.ts", import.meta.url);

export { cut, html, visible } from "../../packages/web/dist/html/html.js";
export { idOf, path, withQuery } from "../../packages/web/dist/html/path.js";
export type { Frame, Page } from "../../packages/web/dist/layout/frame.js";
export { layout } from "../../packages/web/dist/layout/layout.js";
export { EN } from "../../packages/web/dist/words/en.js";
export { EN_FINDINGS as WORD_FINDINGS } from "../../packages/web/dist/words/en-findings.js";
export { Languages } from "../../packages/web/dist/words/languages.js";
export { LOCALES } from "../../packages/web/dist/words/locales.js";
export { Words } from "../../packages/web/dist/words/words.js";
export { bucketsOf, percentile } from "../../packages/web/dist/pages/buckets.js";
export { auditCsv } from "../../packages/web/dist/audit/table-file.js";
export { auditPage } from "../../packages/web/dist/pages/audit.js";
export { busyPage } from "../../packages/web/dist/pages/busy.js";
export { confirmPage } from "../../packages/web/dist/pages/confirm.js";
export { dashboardPage } from "../../packages/web/dist/pages/dashboard.js";
export { jobGonePage } from "../../packages/web/dist/pages/job-gone.js";
export type { EntryView } from "../../packages/web/dist/pages/set.js";
export { jobPage } from "../../packages/web/dist/pages/job.js";
export { metricPage } from "../../packages/web/dist/pages/metric.js";
export { metricsPage } from "../../packages/web/dist/pages/metrics.js";
export { needs } from "../../packages/web/dist/pages/needs.js";
export { queuePage } from "../../packages/web/dist/pages/queue.js";
export { queuesPage } from "../../packages/web/dist/pages/queues.js";
export { redisAwayPage } from "../../packages/web/dist/pages/redis-away.js";
export { setPage } from "../../packages/web/dist/pages/set.js";
