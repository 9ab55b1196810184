/** What needs a person, as somebody may see it: of whom `authorize` shows no such job the finding names no class of it. */
import type { Finding } from "@tsq/core/api";
import type { FindingsNow } from "../readings/findings-reader.ts";
import { groupsOf } from "../pages/finding-groups.ts";
import type { NeedsView } from "../pages/needs.ts";
import type { Visit } from "../visit.ts";

/** Asks for one job of each that the page names. */
export const needsViewOf = async (now: FindingsNow, visit: Visit): Promise<NeedsView> => {
  const named = groupsOf(now.list ?? []).flatMap(({ worst }) => worst);
  const about = named.filter(({ job }) => job !== undefined);
  const reasons = await visit.permissions.whyEach(
    "look",
    about.map(({ job = {} }) => job),
  );
  const hidden = new Map(about.flatMap(({ id }, i) => (reasons[i] === undefined ? [] : [[id, reasons[i]]])));
  if (hidden.size === 0) return now;
  const word = visit.words.text("job.hidden");
  return {
    ...now,
    list: now.list?.map((finding) => (hidden.has(finding.id) ? withoutNames(finding, word) : finding)),
    hidden,
  };
};

const withoutNames = (finding: Finding, word: string): Finding => {
  const { page, name } = finding.where;
  const where =
    finding.kind === "class-unrunnable" ? { page, ...(name !== undefined && { name }) } : finding.where;
  return { ...finding, cause: "", evidence: { ...finding.evidence, class: word, error: word }, where };
};
