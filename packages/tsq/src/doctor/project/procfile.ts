/** A Procfile: what each process of the app is started by, as far as it is a worker of Sidekiq or of tsq. */

export interface ProcfileLine {
  /** `worker` */
  readonly name: string;
  readonly command: string;
  readonly line: number;
}

/** What is told on the command line of a worker. */
export interface WorkerCommand {
  readonly side: "ruby" | "typescript";
  readonly config: string | undefined;
  /** Undefined where none is named: then the config file says it. */
  readonly queues: readonly { readonly name: string; readonly weight: number }[] | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly fetch: "reliable" | "basic";
  /** The modules that it loads, `-r`. */
  readonly modules: readonly string[];
  /** What stands before the program and starts it: `npx`, `npm run`. */
  readonly starter: string | undefined;
  /** It holds what only a shell knows: a variable, a command. */
  readonly isOpen: boolean;
}

export const readProcfile = (text: string): readonly ProcfileLine[] =>
  text.split("\n").flatMap((line, i) => {
    const [, name, rest = ""] = /^([\w-]+):([^]*)$/.exec(line) ?? [];
    const command = rest.trim();
    return name === undefined || command === "" ? [] : [{ name, command, line: i + 1 }];
  });

/** Undefined of what is no worker. */
export const workerCommand = (command: string): WorkerCommand | undefined => {
  const words =
    command.match(/"[^"]*"|'[^']*'|\S+/g)?.map((word) => word.replace(/^(["'])(.*)\1$/, "$2")) ?? [];
  const at = words.findIndex((word, i) => isSidekiq(word) || isTsqWork(word, words[i + 1]));
  if (at === -1) return undefined;
  const side = isSidekiq(words[at] as string) ? "ruby" : "typescript";
  const flags = words.slice(at + 1);
  const values = (...names: readonly string[]): readonly string[] =>
    flags.flatMap((word, i) => {
      if (names.includes(word)) return flags[i + 1] ?? [];
      const [, name, value] = /^(--[\w-]+)=(.*)$/.exec(word) ?? /^(-\w)(.+)$/.exec(word) ?? [];
      return name !== undefined && names.includes(name) ? (value as string) : [];
    });
  const queues = values("-q", "--queue", "--queues").map((queue) => {
    const [name = "", weight] = queue.split(",");
    return { name, weight: Number(weight) || 0 };
  });
  const timeout = values("-t", "--timeout").at(-1);
  return {
    side,
    config: values("-C", "--config").at(-1),
    queues: queues.length > 0 ? queues : undefined,
    timeoutSeconds: timeout !== undefined && /^\d+$/.test(timeout) ? Number(timeout) : undefined,
    fetch: values("--fetch").at(-1) === "basic" ? "basic" : "reliable",
    // In another folder they are others.
    modules: words.slice(0, at).includes("cd") ? [] : values("-r", "--require"),
    starter: starterIn(words.slice(0, at)),
    isOpen: flags.some((word) => /[$`]/.test(word)) || !words.slice(0, at).every(isStarter),
  };
};

/**
 * Whether a word may stand before a worker that this line itself starts. `docker compose up sidekiq` starts one that is
 * described elsewhere.
 */
const isStarter = (word: string): boolean =>
  /^(?:[\w.]+=.*|-.*|\d+|exec|env|cd|&&|;|\.|bundle|run|npx|bunx|npm|yarn|pnpm|node|ruby|nice|ionice|time|timeout|dotenv|sudo|[\w.-]+\.sh|.*\/[^/]*)$/.test(
    word,
  );

const isSidekiq = (word: string): boolean => /(?:^|\/)sidekiq(?:swarm)?$/.test(word);

const isTsqWork = (word: string, next: string | undefined): boolean =>
  /(?:^|\/)tsq(?:\.js)?$/.test(word) && next === "work";

const starterIn = (before: readonly string[]): string | undefined => {
  // Variables, and what hands the process over to the program.
  const first = before.findIndex((word) => !/^\w+=/.test(word) && word !== "exec" && word !== "env");
  const [program, verb] = before.slice(first);
  if (program === "npx" || program === "bunx") return program;
  if (program === "npm" || program === "yarn" || program === "pnpm") return `${program} ${verb ?? ""}`.trim();
  return undefined;
};

/** `npm run worker`, `yarn worker`: the name of a script of package.json. */
export const scriptOf = (
  command: string,
): { readonly starter: string; readonly script: string } | undefined => {
  const [, starter, script] =
    /^(?:\w+=\S*\s+)*(?:exec\s+)?(npm run(?:-script)?|npm|pnpm(?: run)?|yarn(?: run)?)\s+([\w:.-]+)/.exec(
      command,
    ) ?? [];
  return starter === undefined || script === undefined ? undefined : { starter, script };
};
