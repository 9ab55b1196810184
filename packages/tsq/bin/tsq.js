#!/usr/bin/env node
// In git and executable: npm links a command only if its file is there when it installs, and dist/ is not yet.
// oxlint-disable-next-line import/no-unassigned-import -- to run it is all that it is for
import "../dist/cli.js";
