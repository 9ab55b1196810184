/** `tsq deploy`: a mark in the metrics. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ConfigError } from "@tsq/core";
import { Metrics } from "@tsq/core/api";
import { utcText } from "../cli/ages.ts";
import type { CommandContext } from "../cli/command.ts";
import { undone } from "../cli/early-end.ts";
import { problemOf } from "../cli/or-unusable.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { withApi } from "../cli/with-api.ts";
import type { DeployFlags } from "./deploy-command.ts";

export const deploy = async (context: CommandContext, flags: DeployFlags, given: string): Promise<void> => {
  context.namedRedis();
  const label = given.trim() || (await lastCommit());
  await withApi(context, async (api, url) => {
    const at = new Date();
    const isNew = await new Metrics(api).markDeploy(label, at).catch((error: unknown) => {
      throw isFirst(error) ? undone(error, (one) => problemOf(one, url)) : error;
    });
    if (flags.json) return context.out.json({ label, at, marked: isNew });
    context.out.say(
      isNew
        ? `Marked at ${utcText(at).slice(0, -3)} UTC: ${terminalText(label)}`
        : `This minute has a mark already, or had this label within the last one: ${terminalText(label)}`,
    );
  });
};

/** Its lock comes before the mark: what is refused behind it has left that. */
const isFirst = (error: unknown): boolean => {
  const { command, cause } = (error ?? {}) as { command?: { name?: unknown }; cause?: unknown };
  return command?.name === "set" || (cause instanceof Error && / the 'set' command/.test(cause.message));
};

/** As Sidekiq's. @throws ConfigError where there is no commit to name */
const lastCommit = async (): Promise<string> => {
  const run = promisify(execFile);
  const { stdout } = await run("git", ["log", "-1", "--format=%h %s"]).catch(() => ({ stdout: "" }));
  if (stdout.trim() !== "") return stdout.trim();
  throw new ConfigError("Expected a label, because git names no last commit here. Write tsq deploy v42.");
};
