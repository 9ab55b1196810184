/** What can go wrong with the embedded server itself: refused, not startable, ended, or not saved. */
export class EmbeddedError extends Error {
  readonly code = "TSQ_EMBEDDED";
  override get name(): string {
    return this.constructor.name;
  }
}
