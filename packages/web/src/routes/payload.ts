/** The whole payload of a job as a file: a page shows no more than the beginning of a large one. */
import { plain } from "../answers.ts";
import { FAR_LOOK_COST } from "../request/cost.ts";
import type { Route } from "../route.ts";
import { findJob } from "./find-job.ts";
import { isMaskedFor } from "./job-views.ts";
import { subjectOfFound } from "../security/subject-of.ts";

const payload: Route = {
  method: "GET",
  path: "/jobs/:jid/payload",
  subject: ({ jid = "" }) => ({ jid }),
  cost: FAR_LOOK_COST,
  answer: async (visit) => {
    const jid = visit.params["jid"] ?? "";
    const { found } = await findJob(visit, jid);
    if (!found) return plain(visit.words.text("refuse.no_job"), 404);
    const why = await visit.permissions.why("look", subjectOfFound(found));
    if (why !== undefined) return plain(why, 403);
    if (isMaskedFor(found.job, visit)) {
      return plain(visit.words.text("job.download_masked"), 403);
    }
    // As text, and never as what its bytes might be to a browser.
    return new Response(new Uint8Array(found.job.bytes), {
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": 'attachment; filename="payload.json.txt"',
      },
    });
  },
};

export const PAYLOAD_ROUTES: readonly Route[] = [payload];
