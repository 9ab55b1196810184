/**
 * Asks the main thread, from the thread that beats, what it is doing: it is stopped for a few milliseconds, its stack is
 * read, and it goes on. A job is found by the context that its handler was given. That needs a frame that has it: what a
 * helper does after an `await` of its own has none, and native code cannot be stopped.
 */
import type { Debugger, InspectorNotification, Runtime, Session } from "node:inspector";
import type { Blocker } from "./relief.ts";

const ANSWER_WITHIN_MS = 3_000;
const MOST_FRAMES = 100;

export interface BlockingJob extends Blocker {
  readonly jid: string;
  readonly class: string;
}

export interface Blockade {
  /** Undefined when no job is on the stack. */
  readonly job: BlockingJob | undefined;
  /** What runs, innermost first, by function and line. */
  readonly stack: readonly string[];
}

/** Undefined when the main thread cannot be asked. */
export const whoBlocks = async (): Promise<Blockade | undefined> => {
  let session: Session | undefined;
  try {
    // Node can be built without it.
    const inspector = await import("node:inspector");
    session = new inspector.Session();
    session.connectToMainThread();
    return await look(session);
  } catch {
    return undefined;
  } finally {
    session?.disconnect();
  }
};

const look = async (session: Session): Promise<Blockade | undefined> => {
  const files = new Map<string, string>();
  session.on("Debugger.scriptParsed", ({ params }) => files.set(params.scriptId, params.url));
  let paused: InspectorNotification<Debugger.PausedEventDataType> | undefined;
  let isAsked = false;
  let late: NodeJS.Timeout | undefined;
  const stopped = new Promise<void>((resolve) => {
    session.once("Debugger.paused", (event) => {
      paused = event;
      resolve();
    });
    late = setTimeout(resolve, ANSWER_WITHIN_MS);
  });
  session.post("Debugger.enable", () => {
    // Stopped already: somebody debugs it, and it is theirs to go on.
    if (paused) return;
    isAsked = true;
    session.post("Debugger.pause");
  });
  await stopped;
  clearTimeout(late);
  if (!paused || !isAsked) return undefined;
  const frames = paused.params.callFrames.slice(0, MOST_FRAMES);
  try {
    const stack = frames.map(({ functionName, location }) => {
      const file = files.get(location.scriptId) ?? "";
      return `${functionName || "<anonymous>"} (${file}:${location.lineNumber + 1})`;
    });
    return { job: await jobAmong(session, frames), stack };
  } finally {
    session.post("Debugger.resume");
    session.post("Debugger.disable");
  }
};

const jobAmong = async (
  session: Session,
  frames: readonly Debugger.CallFrame[],
): Promise<BlockingJob | undefined> => {
  const scopes = frames.flatMap(({ scopeChain }) => scopeChain);
  // What a function was given says more than what it was made beside.
  for (const types of [["local", "block"], ["closure"]]) {
    for (const { object } of scopes.filter(({ type }) => types.includes(type))) {
      const properties = object.objectId === undefined ? [] : await propertiesOf(session, object.objectId);
      const job = properties.find(({ value }) => value?.className === "RunningJob")?.value?.objectId;
      if (job !== undefined) return described(session, job);
    }
  }
  return undefined;
};

const propertiesOf = (session: Session, objectId: string): Promise<readonly Runtime.PropertyDescriptor[]> =>
  new Promise((resolve) =>
    session.post("Runtime.getProperties", { objectId, ownProperties: true }, (_error, answer) =>
      resolve(answer?.result ?? []),
    ),
  );

/** Runs in the main thread. A jid may be anything, also what no text can be made of. */
const DESCRIBE = `function () {
  const { unit } = this;
  const textOf = (value) => typeof value === "object" && value !== null ? "(none)" : String(value);
  const isOnPad = unit.adoption !== undefined;
  return {
    jid: textOf(this.jid), class: textOf(this.class), queue: unit.queue,
    inFlight: unit.inFlight ?? "", slot: unit.slot ?? "", isOnPad,
  };
}`;

const described = (session: Session, objectId: string): Promise<BlockingJob | undefined> =>
  new Promise((resolve) =>
    session.post(
      "Runtime.callFunctionOn",
      { objectId, functionDeclaration: DESCRIBE, returnByValue: true },
      // The function above makes exactly these.
      (_error, answer) => resolve(answer?.result.value as BlockingJob | undefined),
    ),
  );
