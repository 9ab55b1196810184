/**
 * What ran where: counts the lines that Sidekiq and tsq write when a job starts, is done, or has failed. Both write one
 * JSON object per line; Ruby's has what we want in `ctx`.
 */
export class Journal {
  #counts = new Map();

  /** @param language `ruby` or `typescript`: the column that the lines of this program count for */
  follow(program, language) {
    program.onLine((line) => {
      const { msg, class: own, ctx } = parsed(line);
      const name = own ?? ctx?.class;
      if (name !== undefined && ["start", "done", "fail"].includes(msg)) this.#count(name, language, msg);
    });
  }

  /** How often jobs of this class have started, were done, or have failed, in this language. */
  count(name, language, what) {
    return this.#counts.get(`${name} ${language} ${what}`) ?? 0;
  }

  /** How many run in this language at the moment. */
  running(language) {
    return this.total(language, "start") - this.total(language, "done") - this.total(language, "fail");
  }

  /** As `count`, of all classes. */
  total(language, what) {
    return Array.from(this.names(), (name) => this.count(name, language, what)).reduce(
      (sum, count) => sum + count,
      0,
    );
  }

  /** The classes that were seen. */
  names() {
    return new Set(Array.from(this.#counts.keys(), (key) => key.split(" ")[0]));
  }

  #count(...key) {
    const id = key.join(" ");
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
  }
}

const parsed = (line) => {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    // What a library prints beside the log.
    return {};
  }
};
