/** The references to models that Rails puts where a model was given. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { Fault, Unable } from "./argument-path.ts";

const URI = /^gid:\/\/([^/?#]+)\/([^/?#]+)\/([^?#]+)(?:\?[^#]*)?$/;

/**
 * A GlobalID: which model of which app, `gid://crm/Contact/7`. Enqueued, it is the model itself for Ruby.
 *
 * @example
 * await notify.performLater(new GlobalID("gid://crm/Contact/7"), "hello");
 */
export class GlobalID {
  /** All of it, as Rails writes it. */
  readonly uri: string;
  readonly app: string;
  /** The class in Ruby: `Contact`, `Billing::Invoice`. */
  readonly model: string;
  /** Of a composite key its parts with slashes between them: `1/2`. */
  readonly id: string;

  /** @throws ConfigError when it is no GlobalID */
  constructor(uri: string) {
    const [, app, model, id] = URI.exec(uri) ?? [];
    const decoded = id === undefined ? undefined : unescaped(id);
    if (app === undefined || model === undefined || decoded === undefined) {
      throw new ConfigError(
        `Expected a GlobalID, got ${shown(uri)}. Pass one such as "gid://crm/Contact/7": the app, the model and the id.`,
      );
    }
    this.uri = uri;
    this.app = app;
    this.model = model;
    this.id = decoded;
  }

  toString(): string {
    return this.uri;
  }

  toJSON(): string {
    return this.uri;
  }
}

/** As Ruby's CGI.unescape does; undefined for what is no escape. */
const unescaped = (text: string): string | undefined => {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
};

/** @throws Fault when it is none, Unable when its id is of bytes that are no text */
export const readGlobalId = (uri: unknown): GlobalID => {
  try {
    if (typeof uri === "string") return new GlobalID(uri);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
  // Bytes that are no UTF-8 are an id in Ruby.
  if (typeof uri === "string" && URI.test(uri) && !/%(?![\da-f]{2})/i.test(uri)) {
    throw new Unable(
      `is ${shown(uri)}, whose id is bytes that are no text, which no GlobalID here holds. Run the job in Ruby.`,
    );
  }
  throw new Fault(
    `is ${shown(uri)}, which is no GlobalID such as \`gid://crm/Contact/7\`. Mend what enqueued it.`,
  );
};
