/** Says of a server that cannot be used which one it is, why, and what to do, whoever found out. */
import { reportError } from "../report/error-report.ts";
import { RedisUnusableError, TsqError } from "../errors.ts";
import { isNoPermission, keysOf, noPermission, withoutScript } from "./no-permission.ts";
import type { Refused } from "./no-permission.ts";
import { describeTarget, redisOptions, userOf } from "./redis-target.ts";
import type { RedisTarget } from "./redis-target.ts";

/**
 * @param howToName where its address is set by whoever asked, such as `Set REDIS_URL.`
 * @param hasAnswered whether it has been of use before: its address and TLS are right then
 */
export const whyUnusable = (
  target: RedisTarget,
  error: Error,
  howToName: string,
  hasAnswered = false,
): RedisUnusableError => {
  const where = describeTarget(target);
  const isTls = Boolean(redisOptions(target).tls);
  const text = explain({ where, user: userOf(target), isTls, error, howToName, hasAnswered });
  hideCommand(error);
  return new RedisUnusableError(text, { cause: error });
};

/** What an ACL refused as RedisUnusableError, and anything else as it is. */
export const orNoPermission = (target: RedisTarget, error: unknown): unknown =>
  error instanceof Error && !(error instanceof TsqError) && isNoPermission(error.message)
    ? whyUnusable(target, error, "")
    : error;

interface Failure {
  readonly where: string;
  readonly user: string;
  readonly isTls: boolean;
  readonly error: Error;
  readonly howToName: string;
  readonly hasAnswered: boolean;
}

const explain = (failure: Failure): string => {
  const { where, user, error, howToName } = failure;
  const { message: text, code } = reportError(error);
  if (/^(?:NOAUTH|WRONGPASS|ERR (?:invalid password|AUTH))/.test(text)) {
    return `Redis at ${where} refuses the password (${text}). Check the user and password in the URL.`;
  }
  if (isNoPermission(text)) return noPermission({ where, user, error, text });
  for (const [pattern, is, remedy] of REFUSALS) {
    if (pattern.test(text)) return `Redis at ${where} ${is} (${withoutScript(text)}). ${remedy}`;
  }
  if (text.includes("WRONGTYPE ")) {
    const remedy = "Rename or delete that key, or use a database of its own, such as `/1`.";
    return `Redis at ${where} holds something else under ${nameIn(error)} (${text}). ${remedy}`;
  }
  if (text.includes("LOADING")) return `Redis at ${where} is still loading its data. Try again in a moment.`;
  if (error.name === "ReplyError") return `Redis at ${where} answered \`${text}\`. Look it up in its log.`;
  const reason = tlsReason(failure, String(code)) ?? networkReason(failure, text, code);
  return (
    reason ??
    `Cannot reach Redis at ${where}: ${(text || String(code)).replace(/\.$/, "")}. Is the server running? ${howToName}`
  );
};

/** The key of the command; of a script it may be one of several. */
const nameIn = (error: Error): string => {
  const keys = keysOf((error as Refused).command);
  if (keys.length === 0) return "a name of Sidekiq's";
  const whose = keys.every((key) => key.startsWith("tsq:")) ? "tsq's" : "Sidekiq's";
  const names = keys.map((key) => `\`${key}\``);
  return names.length === 1 ? `${names[0]}, a name of ${whose}` : `one of ${names.join(", ")}`;
};

/** What a server that is there may refuse everybody, or refuse for now. */
const REFUSALS: readonly (readonly [RegExp, string, string])[] = [
  [/OOM /, "is full", "Let workers drain it, raise its `maxmemory`, or delete what nobody needs."],
  [/MISCONF /, "cannot save to its disk and takes no writes", "Make room on its disk; its log says why."],
  [/READONLY /, "is a read-only replica", "Use the master's URL."],
  [
    /NOREPLICAS /,
    "has too few replicas to take writes",
    "Bring them back, or lower `min-replicas-to-write`.",
  ],
  [/MASTERDOWN /, "is a replica that has lost its master", "Use the master's URL."],
  [/BUSY /, "is busy with a script that does not end", "Send it SCRIPT KILL."],
  [/max number of clients/, "has no room for another connection", "Raise its `maxclients`."],
  [/^DENIED /, "takes connections of its own machine alone", "Give it a password, or bind it to an address."],
  [/^CLUSTERDOWN |^MOVED |^CROSSSLOT /, "is part of a cluster", "Use a server with `cluster-enabled no`."],
];

/** What TLS says, or the lack of it. */
const tlsReason = ({ where, isTls, error }: Failure, code: string): string | undefined => {
  const text = error.message;
  if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(code)) {
    return `Redis at ${where} shows a certificate that is not valid now (${code}). Renew it, and check the clocks.`;
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return (
      `Redis at ${where} shows a certificate of another name (${text}). ` +
      "Use the host that the certificate names, or set `tls: { servername }`."
    );
  }
  if (/CERT|ISSUER|LEAF_SIGNATURE/.test(code) && !code.startsWith("ERR_SSL")) {
    return (
      `Redis at ${where} shows a certificate that is not trusted here (${code}). Start with ` +
      "NODE_EXTRA_CA_CERTS=/path/to/ca.pem, or pass `tls: { ca }` among the options of `redis`."
    );
  }
  if (/certificate.required|bad.certificate|handshake.failure|unknown.ca/i.test(code + text)) {
    return (
      `Redis at ${where} refuses the TLS handshake (${code}). ` +
      "It may want a certificate of the client: pass `tls: { key, cert }` among the options of `redis`."
    );
  }
  // Redis waits for the end of what it takes for a command.
  if (isTls && (code === "ETIMEDOUT" || text.startsWith("no answer"))) {
    return `Cannot reach Redis at ${where}: no answer to the TLS handshake. Does this port speak TLS? Without it write \`redis://\`.`;
  }
  if (isTls && /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|EPROTO/i.test(code + text)) {
    return `Redis at ${where} does not speak TLS (${code}). Write \`redis://\` instead of \`rediss://\`, or use its TLS port.`;
  }
  return undefined;
};

// What ioredis says when a connection has ended: of itself nothing.
const CLOSED =
  /^(?:Connection is closed\.|Reached the max retries|Command aborted due to|Stream isn't writeable)/;

const networkReason = (
  { where, isTls, error, howToName, hasAnswered }: Failure,
  text: string,
  code: string | number | undefined,
): string | undefined => {
  if (/RESP type|Protocol error/i.test(text)) {
    return `Cannot reach Redis at ${where}: what answers there is no Redis. Check the port in the URL.`;
  }
  if (code === "ERR_SOCKET_BAD_PORT") {
    return `Cannot reach Redis at ${where}: a port is a number up to 65535. Check its port.`;
  }
  if (code === "ECONNREFUSED") {
    return `Cannot reach Redis at ${where}: connection refused. Is the server running? ${howToName}`;
  }
  const wasClosed = CLOSED.test(error.message) || code === "ECONNRESET" || code === "EPIPE";
  if (!wasClosed) return undefined;
  if (hasAnswered) return `Cannot reach Redis at ${where}: it closed the connection. Is the server running?`;
  const remedy = isTls
    ? "Does this port speak TLS? Without it write `redis://`."
    : "If this port speaks TLS, write `rediss://`.";
  return `Cannot reach Redis at ${where}: it closed the connection without a word. ${remedy} ${howToName}`;
};

/** ioredis hangs the command on its error, and so a password or a payload: whoever prints the cause prints that. */
const hideCommand = (error: Error & { command?: { readonly name?: string } }): void => {
  if (error.command) error.command = { name: error.command.name ?? "" };
};
