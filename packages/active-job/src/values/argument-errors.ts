/** What is thrown of arguments: Ruby's names, so that its pages and `discardOn` know them. */
import { InvalidJobError, TsqError } from "@tsq/core";

/**
 * An argument of a job that was enqueued cannot be made a value: its handler has not run, and the job is kept. On the
 * wire, and for `discardOn`, it is `ActiveJob::DeserializationError`.
 */
export class DeserializationError extends TsqError {
  readonly code = "TSQ_DESERIALIZATION";

  /** @param path such as `arguments[0].contact` */
  constructor(path: string, fault: string) {
    super(`Error while trying to deserialize arguments: ${path} ${fault}`);
  }

  override get name(): string {
    return "ActiveJob::DeserializationError";
  }
}

/** An argument cannot be serialized, and nothing was enqueued: `ActiveJob::SerializationError`. */
export class SerializationError extends InvalidJobError {
  override get name(): string {
    return "ActiveJob::SerializationError";
  }
}
