/** Why a transaction was discarded. */

/** Of a transaction that was discarded: what its first command was refused for, which says more. */
export const firstRefusal = (error: Aborted): never => {
  throw error.previousErrors?.[0] ?? error;
};

/** What ioredis hangs on the EXECABORT of a transaction. */
interface Aborted extends Error {
  readonly previousErrors?: readonly Error[];
}
