/** Where in the arguments something is wrong: found on the way out, so that the way in carries no paths. */

/** What is wrong with a value. It gets its place in each list and hash that it passes on its way to the caller. */
export class Fault extends Error {
  #path = "";

  at(key: number | string): this {
    this.#path = (typeof key === "number" ? `[${key}]` : member(key)) + this.#path;
    return this;
  }

  /** `arguments[0].options["post code"]` */
  get path(): string {
    return `arguments${this.#path}`;
  }
}

/** What is wrong is not the value, which Ruby reads, but this process: what it knows, can hold or was configured with. */
export class Unable extends Fault {}

const IDENTIFIER = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

const member = (key: string): string => (IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);

/** The fault, with one more step of its path; any other error as it is. */
export const below = (error: unknown, key: number | string): unknown =>
  error instanceof Fault ? error.at(key) : error;
