/** Whether strangers get to a dashboard: Sidekiq::Web in the routes of Rails or in a rackup file, or tsq's in code. */
import type { Check, Finding } from "../check.ts";
import type { Project } from "../project/project.ts";
import { lineAt, matchesIn, statementAt } from "../project/source-text.ts";
import type { SourceText } from "../project/source-text.ts";

export const WEB_UI_GUARDED: Check = {
  id: "web-ui-guarded",
  title: "Sidekiq::Web or tsq's dashboard mounted where strangers get to it",
  level: "error",
  subjects: ["project"],
  look: ({ project }) => [...sidekiqs(project), ...ours(project)],
};

/** A guard that is no block around the mount, wherever it is. */
const GUARDS =
  /\bSidekiq::Web(?:Application)?\s*(?:\.|::)\s*(?:use|configure|prepend|include|extend|class_eval|instance_eval|before|middlewares|send)\b|\bclass[ \t]+(?:::)?Sidekiq::Web\b|\bRack::Auth\b|\bBasicAuth\b/;

const MOUNT = /\bmount\b[\s(]+(?:::)?Sidekiq::(?:\w+::)*Web\b/;
const RUN = /^[ \t]*run\b[ \t(]+(?:::)?Sidekiq::(?:\w+::)*Web\b/m;

/** A person mounts it once or twice. */
const MOST_MOUNTS = 20;

const sidekiqs = (project: Project): readonly Finding[] => {
  const sources = project.ruby();
  if (project.isPartial() || sources.some((source) => matchesIn(source, GUARDS).length > 0)) return [];
  return sources.flatMap((source) =>
    [
      ...matchesIn(source, MOUNT)
        .slice(0, MOST_MOUNTS)
        .filter(({ index }) => isOpen(source, index)),
      ...matchesIn(source, RUN)
        .slice(0, MOST_MOUNTS)
        .filter(() => isOpenRackup(source)),
    ].map(
      (match) =>
        ({
          level: "error",
          where: {
            file: source.path,
            line: lineAt(source.text, match.index + (/^\s*/.exec(match[0])?.[0].length ?? 0)),
          },
          saw: "Sidekiq::Web is mounted, and nothing in this project asks who comes.",
          why: "whoever knows the path sees the arguments of all jobs, and deletes or retries them.",
          remedy:
            "mount it inside `authenticate :user, ->(user) { user.admin? } do`, a `constraints` block, or give it `Rack::Auth::Basic`.",
        }) satisfies Finding,
    ),
  );
};

/** Of a file that others load, or that a condition or a middleware stands in, one does not know who comes by. */
const isOpenRackup = ({ path, bare }: SourceText): boolean =>
  path.endsWith(".ru") &&
  !/auth|warden|\b(?:if|unless|case|next|return|def|lambda)\b|->/i.test(bare) &&
  !/\buse\b(?![\s(]+(?:::)?Rack::(?:Session::\w+|CommonLogger|ShowExceptions|Deflater|Head)\b)/.test(bare);

const ROUTES = /^(?:::)?Rails\.application\.routes\.draw(?: do| \{)$/;

/** What guards nothing, on a line of its own. Any other block may, and then nothing is said. */
const HARMLESS = /^(?:begin|if defined\?[ (]*[\w:]+\)?)$/;
const HARMLESS_BLOCK = /^(?:scope|namespace|resources?|collection|member|defaults)\b(.*)\bdo$/;

/** Whether a block is given names and texts alone: whatever else it is given may be a guard. */
const isHarmless = (head: string): boolean => {
  if (HARMLESS.test(head)) return true;
  const given = HARMLESS_BLOCK.exec(head)?.[1];
  if (given === undefined || /\bconstraints\b/.test(given)) return false;
  const rest = given
    .replaceAll(/(["'])\s*\1/g, " ")
    .replaceAll(
      /%[iw]\[\s*\]|(?<![\w:])[a-z_]\w*:(?!:)|(?<![\w:]):[a-z_]\w*|=>|\b(?:nil|true|false)\b/g,
      " ",
    );
  return /^[\s,()[\]]*$/.test(rest);
};

/** It ends the block of routes, or leaves it, before the mount: under a condition as a rule. */
const LEAVES = /(?<![\w.:@])(?:next|return|break|raise|throw|exit|abort)\b(?!:)/;

const isOpen = (source: SourceText, at: number): boolean => {
  const statement = statementAt(source, source.bare.lastIndexOf("\n", at) + 1);
  if (/\b(?:if|unless|constraints)\b|\*\*/.test(statement)) return false;
  const above = source.bare.slice(0, at);
  const lines = above.split("\n");
  const before = lines.pop() ?? "";
  // What stands before it on its line may be a guard.
  if (before.trim() !== "" || LEAVES.test(above)) return false;
  if (isEndedIf(source.bare.slice(at), before.length)) return false;
  let indent = before.length;
  let depth = 0;
  for (const line of lines.toReversed()) {
    const own = line.length - line.trimStart().length;
    if (line.trim() === "") continue;
    if (own >= indent) {
      depth += balanceOf(line);
      continue;
    }
    // Where indentation does not tell the blocks, one does not know which of them are around it.
    if (depth !== 0) return false;
    indent = own;
    if (ROUTES.test(line.trim())) return true;
    if (!isHarmless(line.trim())) return false;
  }
  // A file that others draw into theirs has its guard there.
  return false;
};

/** Whether a block around the mount is ended by `end if …`. */
const isEndedIf = (behind: string, own: number): boolean => {
  let indent = own;
  for (const line of behind.split("\n").slice(1)) {
    const at = line.length - line.trimStart().length;
    if (line.trim() === "" || at >= indent) continue;
    indent = at;
    if (/^end\b[^\r]*\S/.test(line.trim())) return true;
  }
  return false;
};

/** How many blocks a line opens, less those that it ends. */
const balanceOf = (line: string): number => {
  const count = (pattern: RegExp): number => line.match(pattern)?.length ?? 0;
  return (
    count(/(?<![\w.:@$])do\b(?![:?!])/g) +
    count(/^\s*(?:if|unless|case|def|class|module|begin|while|until|for)\b(?![:?!])/g) +
    count(/[{]/g) -
    count(/(?<![\w.:@$])end\b(?![:?!])/g) -
    count(/[}]/g)
  );
};

const ours = (project: Project): readonly Finding[] =>
  project.typescript().webs.flatMap(({ auth, file, line }): readonly Finding[] => {
    const where = { file, line };
    if (auth === "everybody") {
      return [
        {
          // A guard of the app's own in front of it is one way to have it, and it stands where no text tells.
          level: "warning",
          where,
          saw: "The `auth` of this dashboard answers the same user whoever comes.",
          why: "unless the app asks who comes before it hands a request on, whoever knows the path sees the arguments of all jobs, and deletes or retries them.",
          remedy:
            "leave it if a guard of the app stands before it, and pass `--skip web-ui-guarded`; else give it `basicAuth()`, `proxyAuth()`, or a function that looks at the request and answers null for strangers.",
        },
      ];
    }
    if (auth === "some") return [];
    return [
      {
        level: "note",
        where,
        saw: "This dashboard has no `auth`.",
        why: "it answers requests from its own machine alone, and everybody there is an admin.",
        remedy: "give it an `auth` if others are to see it, or share the machine.",
      },
    ];
  });
