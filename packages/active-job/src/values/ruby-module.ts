/** Classes and modules of Ruby, by their names. */

/** A class or module of Ruby: `new RubyModule("Billing::Invoice")`. Rails from 6.1 knows it. */
export class RubyModule {
  /** As Ruby's `name` gives it. */
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
