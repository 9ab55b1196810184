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
const GUARDS = /\bSidekiq::Web\s*\.\s*(?:use|configure)\b|\bRack::Auth\b|\bBasicAuth\b/;

const MOUNT = /\bmount\b[\s(]+(?:::)?Sidekiq::(?:\w+::)*Web\b/;
const RUN = /^\s*run\b[\s(]+(?:::)?Sidekiq::(?:\w+::)*Web\b/m;

const sidekiqs = (project: Project): readonly Finding[] => {
  const sources = project.ruby();
  if (sources.some((source) => matchesIn(source, GUARDS).length > 0)) return [];
  return sources.flatMap((source) =>
    [
      ...matchesIn(source, MOUNT).filter(({ index }) => isOpen(source, index)),
      ...matchesIn(source, RUN).filter(() => !/auth|warden/i.test(source.bare)),
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

/** Blocks that guard nothing. Any other may, and then nothing is said. */
const HARMLESS =
  /^(?:[\w.]*routes\.draw\b|scope\b|namespace\b|resources?\b|collection\b|member\b|defaults\b|direct\b|if\s+defined\?|module\b|class\b|begin\b)/;

const isOpen = (source: SourceText, at: number): boolean => {
  const statement = statementAt(source, source.bare.lastIndexOf("\n", at) + 1);
  if (/\b(?:if|unless|constraints)\b/.test(statement)) return false;
  const lines = source.bare.slice(0, at).split("\n");
  const before = lines.pop() ?? "";
  // What stands before it on its line may be a guard.
  if (before.trim() !== "") return false;
  let indent = before.length;
  for (const line of lines.toReversed()) {
    const own = /^\s*/.exec(line)?.[0].length ?? 0;
    if (line.trim() === "" || own >= indent) continue;
    indent = own;
    if (!HARMLESS.test(line.trim()) || /\bconstraints\b/.test(line)) return false;
  }
  return true;
};

const ours = (project: Project): readonly Finding[] =>
  project.typescript().webs.flatMap(({ auth, file, line }): readonly Finding[] => {
    const where = { file, line };
    if (auth === "everybody") {
      return [
        {
          level: "error",
          where,
          saw: "The `auth` of this dashboard answers the same user whoever comes.",
          why: "whoever knows the path sees the arguments of all jobs, and deletes or retries them.",
          remedy:
            "give it `basicAuth()`, `proxyAuth()`, or a function that looks at the request and answers null for strangers.",
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
