#!/usr/bin/env node
/** The `tsq` command. What it does is loaded behind this: a worker and a dashboard listen for signals before that. */
import { endOnSignal } from "./process/early-signals.ts";

if (process.argv[2] === "work") endOnSignal();
if (process.argv[2] === "web") endOnSignal("the dashboard was ready");
const { runCommand } = await import("./commands/run-command.ts");
runCommand();
