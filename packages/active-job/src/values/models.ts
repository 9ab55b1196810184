/** Finds the models of GlobalIDs: those of one class in one call, however many a job has. */
import { shown } from "@tsq/core/config";
import { Fault, Unable, below } from "./argument-path.ts";
import { readGlobalId } from "./global-id.ts";
import type { GlobalID } from "./global-id.ts";
import { GLOBAL_ID, SERIALIZED } from "./marks.ts";
import { rememberModel } from "./ruby-form.ts";
import type { GlobalIdResolver } from "./settings.ts";

type Resolvers = Readonly<Record<string, GlobalIdResolver>>;

/** What a resolver is asked for in one call. */
interface Question {
  readonly model: string;
  readonly resolve: GlobalIdResolver;
  readonly ids: Set<string>;
}

/** The models of one payload. */
export class Models {
  readonly #questions = new Map<string, Question>();
  readonly #found = new Map<string, unknown>();

  /**
   * Notes what is to be found for these arguments.
   *
   * @throws Unable for an app without a resolver, and Fault for what is no GlobalID
   */
  constructor(list: readonly unknown[], resolvers: Resolvers) {
    this.#noteList(list, resolvers);
  }

  /** Whether there is nothing to find. */
  get isEmpty(): boolean {
    return this.#questions.size === 0;
  }

  /** Asks all resolvers at once. What one throws is not wrapped: a database that is down is no model that is gone. */
  async find(): Promise<void> {
    await Promise.all(Array.from(this.#questions, ([of, question]) => this.#ask(of, question)));
  }

  /** @throws Fault when it was not found */
  get({ app, model, id, uri }: GlobalID): unknown {
    const found = this.#found.get(uriOf(keyOf(app, model), id));
    if (found !== undefined && found !== null) {
      // Forwarded, it is the GlobalID again. Anything else than an object cannot be told from a plain argument.
      if (typeof found === "object") rememberModel(found, uri);
      return found;
    }
    throw new Fault(
      `is ${uri}, which the resolver of \`globalId.${app}\` did not find. ` +
        'If it may be gone, discard the job: `discardOn: ["ActiveJob::DeserializationError"]`.',
    );
  }

  async #ask(of: string, { model, resolve, ids }: Question): Promise<void> {
    const found: unknown = await resolve(model, [...ids]);
    if (!(found instanceof Map)) {
      throw new TypeError(
        `Expected the resolver \`globalId\` to answer a Map of ${model} by id, got ${shown(found)}. Return \`new Map(rows.map((row) => [String(row.id), row]))\`.`,
      );
    }
    // Ids are numbers in most databases, and texts here.
    for (const [id, value] of found) this.#found.set(uriOf(of, String(id)), value);
  }

  #noteList(list: readonly unknown[], resolvers: Resolvers): void {
    for (const [at, value] of list.entries()) this.#noteAt(value, at, resolvers);
  }

  #noteAt(value: unknown, key: number | string, resolvers: Resolvers): void {
    if (typeof value !== "object" || value === null) return;
    try {
      if (Array.isArray(value)) this.#noteList(value, resolvers);
      // The cast only indexes: it is an object of parsed JSON.
      else this.#noteObject(value as Readonly<Record<string, unknown>>, resolvers);
    } catch (error) {
      throw below(error, key);
    }
  }

  #noteObject(json: Readonly<Record<string, unknown>>, resolvers: Resolvers): void {
    const keys = Object.keys(json);
    if (keys.length === 1 && keys[0] === GLOBAL_ID) this.#note(readGlobalId(json[GLOBAL_ID]), resolvers);
    // What a serializer wrote is its own, but for a Range, which has arguments at its ends.
    const inner = SERIALIZED in json ? ["begin", "end"] : keys;
    for (const key of inner) this.#noteAt(json[key], key, resolvers);
  }

  #note({ app, model, id, uri }: GlobalID, resolvers: Resolvers): void {
    const resolve = Object.hasOwn(resolvers, app) ? resolvers[app] : undefined;
    if (!resolve) {
      const known = Object.keys(resolvers).join(", ") || "none";
      throw new Unable(
        `is ${uri}, of the app \`${app}\`, for which there is no resolver (there are: ${known}). ` +
          `Add one: \`configure({ globalId: { ${app}: async (model, ids) => new Map() } })\`.`,
      );
    }
    const key = keyOf(app, model);
    const question = this.#questions.get(key);
    if (question) question.ids.add(id);
    else this.#questions.set(key, { model, resolve, ids: new Set([id]) });
  }
}

const keyOf = (app: string, model: string): string => `${app}/${model}`;
const uriOf = (key: string, id: string): string => `${key}/${id}`;
