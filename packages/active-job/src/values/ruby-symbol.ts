/** Symbols of Ruby. */

/** A Symbol of Ruby, `:active`. As text it is its name. Two of one name are two objects: compare their names. */
export class RubySymbol {
  /** Without the colon. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toString(): string {
    return this.name;
  }

  toJSON(): string {
    return this.name;
  }
}

/**
 * A Symbol of Ruby: `:active` is `symbol("active")`.
 *
 * @example
 * await sendEmail.performLater(7, symbol("welcome"));
 */
export const symbol = (name: string): RubySymbol => new RubySymbol(name);
