#!/usr/bin/env node
/** The `tsq` command. What it does is loaded behind this: a worker listens for signals before that. */
import { endOnSignal } from "./process/early-signals.ts";

if (process.argv[2] === "work") endOnSignal();
const { runCommand } = await import("./cli/run-command.ts");
runCommand();
