#!/usr/bin/env node
/** The `tsq` command. */
import { program } from "./program.ts";
import { exitWith } from "./exit.ts";

program.parseAsync().catch(exitWith);
