/** What a TypeScript or JavaScript source says to tsq: the jobs that it defines, dashboards, handlers of errors. Read, never run. */
import { createRequire } from "node:module";
import type ts from "typescript";
import { OPTION_NAMES } from "./job-class.ts";
import type { JobClass } from "./job-class.ts";

export interface TypeScriptFacts {
  readonly jobs: readonly JobClass[];
  /** Each `createWeb()`. */
  readonly webs: readonly WebMount[];
  /** Somebody is told of errors or deaths. */
  readonly hasHandlers: boolean;
  /** The apps whose GlobalIDs are resolved; undefined where only the program knows. */
  readonly globalIdApps: readonly string[] | undefined;
  /** Serializers beside those of Rails. */
  readonly hasSerializers: boolean;
  /** Queues or capsules are given in code, such as to a `new Worker()`. */
  readonly hasQueues: boolean;
  /** Options of all jobs are given in code: who says nothing has what only the program knows. */
  readonly hasDefaultOptions: boolean;
  /** How often is tried what is to be tried always. */
  readonly hasMaxRetries: boolean;
  /** A file that the compiler gave up on is left out. */
  readonly isPartial: boolean;
}

export interface WebMount {
  /** `none`: it answers the machine itself alone. `everybody`: it lets everybody in. */
  readonly auth: "none" | "everybody" | "some";
  readonly file: string;
  readonly line: number;
}

/** By the name that tsq exports it by. */
const DEFINE: Readonly<Record<string, Pick<JobClass, "kind" | "isRun">>> = {
  defineJob: { kind: "sidekiq", isRun: true },
  defineIterable: { kind: "sidekiq", isRun: true },
  defineActiveJob: { kind: "active-job", isRun: true },
  defineMailerJob: { kind: "active-job", isRun: true },
  remoteJob: { kind: "sidekiq", isRun: false },
  activeJob: { kind: "active-job", isRun: false },
};

export const NO_FACTS: TypeScriptFacts = {
  jobs: [],
  webs: [],
  hasHandlers: false,
  globalIdApps: [],
  hasSerializers: false,
  hasQueues: false,
  hasDefaultOptions: false,
  hasMaxRetries: false,
  isPartial: false,
};

export const typescriptFacts = (
  sources: readonly { readonly path: string; readonly text: string }[],
): TypeScriptFacts => {
  // Few files speak of tsq, and the compiler takes a tenth of a second to load.
  const speaking = sources.filter(({ text }) => /["'](?:@tsq\/|tsq["'/])/.test(text));
  if (speaking.length === 0) return NO_FACTS;
  const compiler = createRequire(import.meta.url)("typescript") as typeof ts;
  const found = speaking.map(({ path, text }) => read(compiler, path, text));
  const apps = found.map(({ globalIdApps }) => globalIdApps);
  return {
    jobs: found.flatMap(({ jobs }) => jobs),
    webs: found.flatMap(({ webs }) => webs),
    hasHandlers: found.some(({ hasHandlers }) => hasHandlers),
    globalIdApps: apps.includes(undefined) ? undefined : apps.flatMap((names) => names ?? []),
    hasSerializers: found.some(({ hasSerializers }) => hasSerializers),
    hasQueues: found.some(({ hasQueues }) => hasQueues),
    hasDefaultOptions: found.some(({ hasDefaultOptions }) => hasDefaultOptions),
    hasMaxRetries: found.some(({ hasMaxRetries }) => hasMaxRetries),
    isPartial: found.some(({ isPartial }) => isPartial),
  };
};

const read = (compiler: typeof ts, path: string, text: string): TypeScriptFacts => {
  try {
    return new Reading(compiler, path, text).read();
  } catch (error) {
    // The compiler's own parser calls itself: what is nested thousands deep ends it.
    if (error instanceof RangeError) return { ...NO_FACTS, isPartial: true };
    throw error;
  }
};

class Reading {
  readonly #ts: typeof ts;
  readonly #file: ts.SourceFile;
  readonly #path: string;
  /** What tsq exports, by the name it has here. */
  readonly #imported = new Map<string, string>();
  readonly #namespaces = new Set<string>();
  readonly #jobs: JobClass[] = [];
  readonly #webs: WebMount[] = [];
  #hasHandlers = false;
  #hasSerializers = false;
  #hasQueues = false;
  #hasDefaultOptions = false;
  #hasMaxRetries = false;
  #apps: string[] | undefined = [];

  constructor(compiler: typeof ts, path: string, text: string) {
    this.#ts = compiler;
    this.#path = path;
    this.#file = compiler.createSourceFile(path, text, compiler.ScriptTarget.Latest, true);
  }

  read(): TypeScriptFacts {
    for (const statement of this.#file.statements)
      if (this.#ts.isImportDeclaration(statement)) this.#readImport(statement);
    this.#visitAll();
    return {
      jobs: this.#jobs,
      webs: this.#webs,
      hasHandlers: this.#hasHandlers,
      globalIdApps: this.#apps,
      hasSerializers: this.#hasSerializers,
      hasQueues: this.#hasQueues,
      hasDefaultOptions: this.#hasDefaultOptions,
      hasMaxRetries: this.#hasMaxRetries,
      isPartial: false,
    };
  }

  #readImport({ moduleSpecifier, importClause }: ts.ImportDeclaration): void {
    const isOurs =
      this.#ts.isStringLiteral(moduleSpecifier) && /^(?:@tsq\/|tsq(?:\/|$))/.test(moduleSpecifier.text);
    const bindings = importClause?.namedBindings;
    if (!isOurs || !bindings) return;
    if (this.#ts.isNamespaceImport(bindings)) this.#namespaces.add(bindings.name.text);
    else
      for (const { name, propertyName } of bindings.elements)
        this.#imported.set(name.text, (propertyName ?? name).text);
  }

  /** In the order of the text. Not by calls: a sum of thousands of terms is as deep. */
  #visitAll(): void {
    const open: ts.Node[] = [this.#file];
    for (let node = open.pop(); node; node = open.pop()) {
      this.#visit(node);
      const inner: ts.Node[] = [];
      this.#ts.forEachChild(node, (child) => void inner.push(child));
      for (const child of inner.toReversed()) open.push(child);
    }
  }

  #visit(node: ts.Node): void {
    if (this.#ts.isCallExpression(node)) this.#call(node);
    const property =
      this.#ts.isPropertyAssignment(node) || this.#ts.isShorthandPropertyAssignment(node)
        ? node.name
        : undefined;
    if (property) this.#property(property.getText(this.#file), node as ts.PropertyAssignment);
  }

  #property(name: string, { initializer }: Partial<ts.PropertyAssignment>): void {
    if (name === "errorHandlers" || name === "deathHandlers") this.#hasHandlers = true;
    if (name === "serializers") this.#hasSerializers = true;
    if (name === "defaultJobOptions") this.#hasDefaultOptions = true;
    if (name === "maxRetries") this.#hasMaxRetries = true;
    if (name === "queues" || name === "capsules") this.#hasQueues = true;
    if (name !== "globalId" || !this.#apps) return;
    if (initializer && this.#ts.isObjectLiteralExpression(initializer) && this.#isClosed(initializer)) {
      this.#apps.push(...initializer.properties.map((one) => textOf(one.name?.getText(this.#file) ?? "")));
    } else this.#apps = undefined;
  }

  #call(call: ts.CallExpression): void {
    const name = this.#nameOf(call.expression);
    if (name === "createWeb") this.#webs.push(this.#web(call));
    const kind = name !== undefined && Object.hasOwn(DEFINE, name) ? DEFINE[name] : undefined;
    const [first, second] = call.arguments;
    if (!kind || !first || !this.#ts.isStringLiteralLike(first)) return;
    const options = second && this.#ts.isObjectLiteralExpression(second) ? second : undefined;
    // A function is the handler; whatever else has a name may be options.
    const isKnown = options ? this.#isClosed(options) : !second || this.#isFunction(second);
    const value = (key: string): ts.Expression | undefined => options && this.#valueOf(options, key);
    const queue = value("queue");
    this.#jobs.push({
      name: first.text,
      side: "typescript",
      ...kind,
      queue: queue ? this.#text(queue) : isKnown ? "default" : undefined,
      retry: this.#retry(value("retry"), isKnown),
      attempts: this.#attempts(value("retryOn")),
      hasRetryOn: value("retryOn") !== undefined || !isKnown,
      options: this.#options(options),
      isClosed: isKnown,
      isIterable: name === "defineIterable",
      deadlineSeconds: this.#number(value("deadline")),
      ...this.#placeOf(call),
    });
  }

  #web(call: ts.CallExpression): WebMount {
    const [options] = call.arguments;
    const place = this.#placeOf(call);
    if (!options) return { auth: "none", ...place };
    if (!this.#ts.isObjectLiteralExpression(options)) return { auth: "some", ...place };
    const isNamed = options.properties.some((one) => one.name?.getText(this.#file) === "auth");
    if (!isNamed) return { auth: this.#isClosed(options) ? "none" : "some", ...place };
    const auth = this.#valueOf(options, "auth");
    const lets =
      auth && this.#ts.isArrowFunction(auth) && auth.parameters.length === 0
        ? unwrapped(this.#ts, auth.body)
        : undefined;
    return { auth: lets && this.#ts.isObjectLiteralExpression(lets) ? "everybody" : "some", ...place };
  }

  #retry(value: ts.Expression | undefined, isKnown: boolean): JobClass["retry"] {
    if (!value) return isKnown ? "unset" : "unknown";
    if (value.kind === this.#ts.SyntaxKind.TrueKeyword) return true;
    if (value.kind === this.#ts.SyntaxKind.FalseKeyword) return false;
    return this.#number(value) ?? "unknown";
  }

  #options(written: ts.ObjectLiteralExpression | undefined): JobClass["options"] {
    return new Map(
      OPTION_NAMES.flatMap((name) => {
        const value = written && this.#valueOf(written, name);
        return value ? [[name, this.#literal(value)] as const] : [];
      }),
    );
  }

  #literal(value: ts.Expression): string | number | boolean | undefined {
    if (value.kind === this.#ts.SyntaxKind.TrueKeyword) return true;
    if (value.kind === this.#ts.SyntaxKind.FalseKeyword) return false;
    return this.#number(value) ?? this.#text(value);
  }

  #attempts(value: ts.Expression | undefined): ReadonlyMap<string, number> {
    const rules = value && this.#ts.isArrayLiteralExpression(value) ? value.elements : [];
    return new Map(
      rules.flatMap((rule) => {
        if (!this.#ts.isObjectLiteralExpression(rule)) return [];
        const named = this.#valueOf(rule, "rubyName") ?? this.#valueOf(rule, "error");
        const error = named && this.#text(named);
        const attempts = this.#number(this.#valueOf(rule, "attempts"));
        return error !== undefined && attempts !== undefined ? [[error, attempts] as const] : [];
      }),
    );
  }

  /** The name that tsq exports it by. */
  #nameOf(callee: ts.Expression): string | undefined {
    if (this.#ts.isIdentifier(callee)) return this.#imported.get(callee.text);
    const isOurs =
      this.#ts.isPropertyAccessExpression(callee) &&
      this.#ts.isIdentifier(callee.expression) &&
      this.#namespaces.has(callee.expression.text);
    return isOurs ? callee.name.text : undefined;
  }

  #valueOf({ properties }: ts.ObjectLiteralExpression, key: string): ts.Expression | undefined {
    const property = properties.find((one) => textOf(one.name?.getText(this.#file) ?? "") === key);
    if (!property) return undefined;
    return this.#ts.isPropertyAssignment(property) ? property.initializer : (property.name as ts.Identifier);
  }

  /** Whether all that it has stands in it. */
  #isClosed({ properties }: ts.ObjectLiteralExpression): boolean {
    return properties.every((one) => one.name !== undefined && !this.#ts.isComputedPropertyName(one.name));
  }

  #isFunction(node: ts.Node): boolean {
    return this.#ts.isArrowFunction(node) || this.#ts.isFunctionExpression(node);
  }

  #text(node: ts.Expression): string | undefined {
    return this.#ts.isStringLiteralLike(node) ? node.text : undefined;
  }

  #number(node: ts.Expression | undefined): number | undefined {
    return node && this.#ts.isNumericLiteral(node) ? Number(node.text) : undefined;
  }

  #placeOf(node: ts.Node): { file: string; line: number } {
    const { line } = this.#file.getLineAndCharacterOfPosition(node.getStart(this.#file));
    return { file: this.#path, line: line + 1 };
  }
}

const unwrapped = (compiler: typeof ts, node: ts.ConciseBody): ts.Node =>
  compiler.isParenthesizedExpression(node) ? unwrapped(compiler, node.expression) : node;

const textOf = (name: string): string => name.replace(/^(["'])(.*)\1$/, "$2");
