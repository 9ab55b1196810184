/** What tests use of tsq beyond its public entries, except the embedded server. */
import { fileURLToPath } from "node:url";

export { serveWeb } from "../../packages/tsq/dist/process/serve-web.js";
export { comesBack } from "../../packages/tsq/dist/process/comes-back.js";
export { cronTab } from "../../packages/tsq/dist/cron-tab/cron-tab.js";
export { Ticks } from "../../packages/tsq/dist/cron-tab/ticks.js";
export { createProgram } from "../../packages/tsq/dist/commands/program.js";
export type { CommandContext, CommandSpec, Flags } from "../../packages/tsq/dist/cli/command.js";
export { ageInWords, spanText, whenText } from "../../packages/tsq/dist/cli/ages.js";
export { shortClass } from "../../packages/tsq/dist/cli/class-name.js";
export { listTable } from "../../packages/tsq/dist/cli/list-table.js";
export { cutText, widthOf } from "../../packages/tsq/dist/cli/text-width.js";
export { wrapped } from "../../packages/tsq/dist/cli/wrapped.js";
export { flagsAsArgs } from "../../packages/tsq/dist/cli/flags.js";
export { isExpected, isFaultOfOurs } from "../../packages/tsq/dist/cli/fault.js";
export { goalsOf } from "../../packages/tsq/dist/cli/goals.js";
export { NEEDED_RIGHTS } from "../../packages/tsq/dist/cli/needed-rights.js";
export { allRefused } from "../../packages/tsq/dist/cli/all-refused.js";
export { orUnusable, problemOf } from "../../packages/tsq/dist/cli/or-unusable.js";
export { Output } from "../../packages/tsq/dist/cli/output.js";
export { steps } from "../../packages/tsq/dist/cli/progress.js";
export { pushLists } from "../../packages/tsq/dist/commands/push-bulk.js";
export { verbsOf } from "../../packages/tsq/dist/top/bindings.js";
export { ALL_BINDINGS, LOOKING } from "../../packages/tsq/dist/top/key-list.js";
export { DeedsAtWork, ended, left } from "../../packages/tsq/dist/top/deeds-at-work.js";
export { deedOf } from "../../packages/tsq/dist/top/deeds.js";
export { Keyboard } from "../../packages/tsq/dist/top/keyboard.js";
export { dayLines, FindingsKept } from "../../packages/tsq/dist/top/read-home.js";
export { readPlace } from "../../packages/tsq/dist/top/read-place.js";
export { previewLines } from "../../packages/tsq/dist/jobs/repair-preview.js";
export { frame, roomFor } from "../../packages/tsq/dist/top/frame.js";
export { redisLine } from "../../packages/tsq/dist/top/redis-line.js";
export { keyOf } from "../../packages/tsq/dist/top/keys.js";
export { paint, plainText } from "../../packages/tsq/dist/top/line.js";
export { memoryText } from "../../packages/tsq/dist/top/memory.js";
export { onKey } from "../../packages/tsq/dist/top/on-key.js";
export { Pace } from "../../packages/tsq/dist/top/pace.js";
export type { Picture, Row } from "../../packages/tsq/dist/top/picture.js";
export { columnsOf, jobRow } from "../../packages/tsq/dist/top/read-jobs.js";
export { pauseMs } from "../../packages/tsq/dist/top/rest.js";
export { Screen } from "../../packages/tsq/dist/top/screen.js";
export { Session } from "../../packages/tsq/dist/top/session.js";
export { firstState, listOf, withPicture } from "../../packages/tsq/dist/top/state.js";
export { tableLines } from "../../packages/tsq/dist/top/table.js";
export type { TopState } from "../../packages/tsq/dist/top/state.js";
export type { Place } from "../../packages/tsq/dist/top/tabs.js";
export { wrapTo } from "../../packages/tsq/dist/top/wide.js";
export { doneOf } from "../../packages/tsq/dist/jobs/done-of.js";
export { jobJson } from "../../packages/tsq/dist/jobs/job-json.js";
export { jobTable } from "../../packages/tsq/dist/jobs/job-table.js";
export { paceOf } from "../../packages/tsq/dist/jobs/pace.js";
export { listsFor, scopeOf } from "../../packages/tsq/dist/jobs/repair-scope.js";
export { pickedText } from "../../packages/tsq/dist/jobs/picked-text.js";
export { repairedLines } from "../../packages/tsq/dist/jobs/repair-words.js";
export { carryOut } from "../../packages/tsq/dist/jobs/repair-work.js";
export { writtenTime } from "../../packages/tsq/dist/commands/written-time.js";
export { COMMANDS } from "../../packages/tsq/dist/commands/all.js";
export { withoutUnused, workerOptions } from "../../packages/tsq/dist/commands/work.js";
export {
  findConfigFile,
  givenEnvironment,
  readConfigFile,
} from "../../packages/tsq/dist/config/config-file.js";
export { WORK_ROWS } from "../../packages/tsq/dist/config/work-rows.js";
export { workFlags } from "../../packages/tsq/dist/commands/work-flags.js";
export { redisFrom } from "../../packages/tsq/dist/config/redis-url.js";
export { evaluateErb } from "../../packages/tsq/dist/config/erb/erb.js";
export type { loadJobs } from "../../packages/tsq/dist/process/load-jobs.js";
export { loadWorkOptions, workOptions } from "../../packages/tsq/dist/cli/options.js";
export type { WorkFlags } from "../../packages/tsq/dist/cli/options.js";
export { pretty } from "../../packages/tsq/dist/cli/pretty-log.js";
export {
  inertJson,
  terminalJson,
  terminalLines,
  terminalText,
} from "../../packages/tsq/dist/cli/terminal-text.js";
export { isMapping, parseYaml } from "../../packages/tsq/dist/config/yaml-source.js";
export type { YamlNode } from "../../packages/tsq/dist/config/yaml-source.js";

/** The command. A path alone: to import it is to run it. */
export const CLI = fileURLToPath(new URL("../../packages/tsq/dist/cli.js", import.meta.url));
/** For the source of another process. */
export const COMES_BACK_MODULE = new URL("../../packages/tsq/dist/process/comes-back.js", import.meta.url)
  .href;
/** For `require`: what is imported here has vitest's loader in the place of Node's. */
export const LOAD_JOBS_MODULE = fileURLToPath(
  new URL("../../packages/tsq/dist/process/load-jobs.js", import.meta.url),
);
export { readScheduleFile } from "../../packages/tsq/dist/config/schedule-file.js";
export { ALL_CHECKS } from "../../packages/tsq/dist/doctor/all-checks.js";
export { examine } from "../../packages/tsq/dist/doctor/examine.js";
export { reportLines } from "../../packages/tsq/dist/doctor/report.js";
export { Project } from "../../packages/tsq/dist/doctor/project/project.js";
export { RedisReading } from "../../packages/tsq/dist/doctor/redis/redis-reading.js";
export { readRuby } from "../../packages/tsq/dist/doctor/project/ruby-text.js";
export type { Examination, Examined } from "../../packages/tsq/dist/doctor/examine.js";
