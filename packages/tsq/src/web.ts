/** tsq/web: the dashboard, to be mounted in an application of your own. */
import { createWeb as createBareWeb } from "@tsq/web";
import type { Tab, Web, WebOptions } from "@tsq/web";
import { cronTab } from "./cron-tab/cron-tab.ts";

export {
  act,
  ask,
  basicAuth,
  className,
  confirmPage,
  empty,
  hashPassword,
  html,
  name,
  path,
  proxyAuth,
  state,
  table,
  toNodeHandler,
} from "@tsq/web";
export type {
  Arrival,
  Auth,
  Authorize,
  BasicAuthOptions,
  ButtonLook,
  Column,
  ConfirmView,
  Fields,
  Frame,
  Html,
  IconName,
  JobRow,
  JobRows,
  JobRowsVisit,
  Mask,
  MaskedJob,
  NodeHandler,
  NodeHandlerOptions,
  Page,
  PasswordUser,
  Phrase,
  PhraseTables,
  ProxyAuthOptions,
  Role,
  Said,
  Subject,
  Tab,
  TabRoute,
  TabVisit,
  Tone,
  User,
  Value,
  Web,
  WebOptions,
  WordKey,
  Words,
} from "@tsq/web";

/**
 * Makes a dashboard, to be mounted wherever Requests are answered; by `toNodeHandler()` in node:http and what is built on it.
 * The cron schedule has a page in it, beside `tabs`; one of these that is named `cron` takes its place.
 *
 * @example
 * createServer(toNodeHandler(createWeb({ redis: process.env.REDIS_URL }))).listen(4567, "127.0.0.1");
 *
 * @throws ConfigError when an option is unknown, or not what it should be
 */
export const createWeb = (options: WebOptions = {}): Web => {
  const { tabs = [] } = options;
  // What is no list is refused by name there.
  if (!Array.isArray(tabs) || tabs.some((tab: Tab) => tab?.name === "cron")) return createBareWeb(options);
  return createBareWeb({ ...options, tabs: [cronTab(), ...tabs] });
};
