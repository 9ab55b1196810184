/** @tsq/web: the dashboard, as a function from a Request to a Response. */
export { createWeb } from "./create-web.ts";
export type { Web } from "./create-web.ts";
export type { Arrival } from "./request/arrival.ts";
export type { WebOptions } from "./web-options.ts";
export { toNodeHandler } from "./node-handler.ts";
export type { NodeHandler } from "./node-handler.ts";
export type { Auth } from "./security/auth.ts";
export { basicAuth } from "./security/basic-auth.ts";
export type { PasswordUser } from "./security/basic-auth.ts";
export { hashPassword } from "./security/password.ts";
export { proxyAuth } from "./security/proxy-auth.ts";
export type { ProxyAuthOptions } from "./security/proxy-auth.ts";
export type { Mask, MaskedJob } from "./security/mask.ts";
export type { Authorize, Subject } from "./security/permissions.ts";
export type { Role, User } from "./security/roles.ts";
