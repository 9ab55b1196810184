#!/usr/bin/env node
/** The `tsq` command. */
import { program } from "./program.ts";
import { exitUnheard, exitWith } from "./exit.ts";

process.stdout.on("error", exitUnheard);
program.parseAsync().catch(exitWith);
