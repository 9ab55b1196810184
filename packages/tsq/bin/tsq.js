#!/usr/bin/env node
// In git and executable: npm links a command only if its file is there when it installs, and dist/ is not yet.
import "../dist/cli.js";
