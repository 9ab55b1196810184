/** Whether the Procfile starts workers, and so that a stop reaches them in time. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { clipped } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import { scriptOf, workerCommand } from "../project/procfile.ts";
import type { ProcfileLine } from "../project/procfile.ts";
import type { Project } from "../project/project.ts";

export const PROCFILE_WORKER: Check = {
  id: "procfile-worker",
  title: "no line that starts a worker, or a module that is not there; npx in it; slow stops",
  level: "error",
  subjects: ["project"],
  look: ({ project }) => {
    const lines = project.procfile();
    return lines
      ? [
          ...missing(project, lines),
          ...starters(project, lines),
          ...absent(project, lines),
          ...slowStops(project),
        ]
      : [];
  },
};

const missing = (project: Project, lines: readonly ProcfileLine[]): readonly Finding[] => {
  const hasJobs = project.jobs().some(({ isRun }) => isRun);
  // What a script of its own starts may be a worker, by whatever name.
  const mayWork = lines.some(({ name, command }) => workerCommand(command) !== undefined || !isOfWeb(name));
  if (!hasJobs || mayWork) return [];
  return [
    {
      level: "warning",
      where: { file: "Procfile" },
      saw: `It starts ${lines.map(({ name }) => `\`${name}\``).join(", ")}, and none of these is a worker, though the project has classes of jobs.`,
      why: "where processes are started by this file, nothing runs what is pushed.",
      remedy: "add `worker: bundle exec sidekiq`, or `worker: node_modules/.bin/tsq work -r ./jobs.js`.",
    },
  ];
};

const isOfWeb = (name: string): boolean => /^(?:web|release|css|js|assets|vite|console)$/.test(name);

const starters = (project: Project, lines: readonly ProcfileLine[]): readonly Finding[] =>
  lines.flatMap(({ name, command, line }) => {
    const script = scriptOf(command);
    const text = script && project.scripts()[script.script];
    const inner = typeof text === "string" ? workerCommand(text) : undefined;
    const starter = workerCommand(command)?.starter ?? (inner && script?.starter);
    if (starter === undefined) return [];
    return {
      level: "warning",
      where: { file: "Procfile", line },
      saw: `\`${name}\` starts its worker by \`${starter}\`.`,
      why: "the signal to stop goes to that program, which may end without telling the worker: jobs are cut off.",
      remedy: "start the program itself: `node_modules/.bin/tsq work …`.",
    };
  });

const absent = (project: Project, lines: readonly ProcfileLine[]): readonly Finding[] =>
  lines.flatMap(({ name, command, line }) => {
    const { side, isOpen, modules } = workerCommand(command) ?? {};
    if (side !== "typescript" || isOpen) return [];
    return (
      modules
        ?.filter((path) => !BUILT.test(path) && !existsSync(resolve(project.folder, path)))
        .map((path): Finding => ({
          level: "error",
          where: { file: "Procfile", line },
          saw: `\`${name}\` loads \`${clipped(path)}\`, and there is no such file.`,
          why: "the worker ends at its start, and nothing runs what is pushed.",
          remedy: "correct the path behind `-r`; it begins where the worker is started.",
        })) ?? []
    );
  });

/** JavaScript may be what a build makes of it, and be there where the app is deployed; so may what has no ending, or is of a container. */
const BUILT = /^\/|(?:\.[cm]?js|(?:^|\/)[^./]*\/?)$/;

/** Of Heroku, and by default of Kubernetes. */
const KILLED_AFTER_SECONDS = 30;

const slowStops = (project: Project): readonly Finding[] =>
  project.workers().flatMap(({ line, config, timeoutSeconds = 0 }) => {
    if (!line || timeoutSeconds < KILLED_AFTER_SECONDS) return [];
    const isByFlag = workerCommand(line.command)?.timeoutSeconds !== undefined;
    return {
      level: "warning",
      where: isByFlag || config === undefined ? { file: "Procfile", line: line.line } : { file: config },
      saw: `The worker \`${line.name}\` waits ${timeoutSeconds} s for its jobs when it is stopped.`,
      why: "Heroku kills it after 30 s, and so does Kubernetes by default: then it hands nothing back, and Ruby loses what runs.",
      remedy: "set `timeout` to 25, or let the platform wait longer (`terminationGracePeriodSeconds`).",
    };
  });
