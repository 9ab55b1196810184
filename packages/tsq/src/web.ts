/** tsq/web: the dashboard, to be mounted in an application of your own. */
export { basicAuth, createWeb, hashPassword, proxyAuth, toNodeHandler } from "@tsq/web";
export type {
  Arrival,
  Auth,
  Authorize,
  Mask,
  MaskedJob,
  NodeHandler,
  PasswordUser,
  ProxyAuthOptions,
  Role,
  Subject,
  User,
  Web,
  WebOptions,
} from "@tsq/web";
