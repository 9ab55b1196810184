/** What all classes of the data API have in common: a connection, and the way to end it. */
import { ApiConnection } from "./api-connection.ts";
import type { ApiSource } from "./api-connection.ts";

/** The base of `Queue`, `RetrySet` and all the others: what they share is the connection. */
export abstract class ApiObject implements AsyncDisposable {
  /** The connection, with the options that came with it. */
  protected readonly api: ApiConnection;

  constructor(source: ApiSource) {
    this.api = source instanceof ApiConnection ? source : new ApiConnection(source);
  }

  /** Ends the connection that this object opened or shares; the next command opens it again. */
  close(): Promise<void> {
    return this.api.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
