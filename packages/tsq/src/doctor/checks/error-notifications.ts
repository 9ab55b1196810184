/** Whether anybody is told when jobs fail and die. */
import type { Check, Finding, Place } from "../check.ts";
import { isRubyTold, isTypeScriptTold } from "../project/error-handlers.ts";

export const ERROR_NOTIFICATIONS: Check = {
  id: "error-notifications",
  title: "no error handler, no death handler, and no service that brings them",
  level: "warning",
  subjects: ["project"],
  look: ({ project }) => {
    const jobs = project.jobs().filter(({ isRun }) => isRun);
    const [ruby] = jobs.filter(({ side }) => side === "ruby");
    const [typescript] = jobs.filter(({ side }) => side === "typescript");
    const initializer = project.ruby().find(({ path }) => path === "config/initializers/sidekiq.rb")?.path;
    return [
      ...(ruby && !isRubyTold(project)
        ? [
            untold(
              "Ruby",
              initializer === undefined ? ruby : { file: initializer },
              "`config.error_handlers` and `config.death_handlers`",
            ),
          ]
        : []),
      ...(typescript && !isTypeScriptTold(project)
        ? [
            untold(
              "TypeScript",
              typescript,
              "`errorHandlers` and `deathHandlers` in a `configureWorker` that a module of jobs exports",
            ),
          ]
        : []),
    ];
  },
};

const untold = (language: string, where: Place & { readonly file: string }, how: string): Finding => ({
  level: "warning",
  where:
    "line" in where && where.line !== undefined
      ? { file: where.file, line: where.line }
      : { file: where.file },
  saw: `Nothing in the ${language} of this project tells anybody of errors and deaths of jobs.`,
  why: "a job that fails for days is seen by whoever happens to look at a dashboard.",
  remedy: `set ${how}, or use a service such as Sentry or Honeybadger; leave it if one is set up elsewhere.`,
});
