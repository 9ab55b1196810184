/** What a search has found, and where it has not looked to the end. */
import { expect, test } from "vitest";
import { searchPage } from "../../support/inside-web.ts";
import { frameOf } from "../../support/web-frame.ts";

type View = Parameters<typeof searchPage>[0];
type Found = View["found"][number];

const badge = { text: "ada", path: "/search", isAnywhere: false };
const on = (queue: string, own: Partial<Found>): Found => ({
  place: "queue",
  queue,
  jobs: [],
  looked: 0,
  total: 7_449,
  list: `/queues/${queue}?q=ada`,
  next: `/queues/${queue}?q=ada&after=x`,
  ...own,
});
const job = {
  class: "MailJob",
  args: [],
  jid: "a1",
  href: "/jobs/a1",
  queue: "late",
  tags: [],
  error: undefined,
  at: undefined,
};

test("what was found stands first, and of what was not looked at it is not said that nothing is there", () => {
  const page = searchPage(
    {
      narrow: { path: "/search", text: "ada", problem: undefined, badges: [badge] },
      found: [on("unseen", {}), on("begun", { looked: 500 }), on("late", { jobs: [job], looked: 10 })],
    },
    frameOf(),
  );
  const sections = String(page.body).split("<section").slice(1);

  expect(sections.map((text) => /On <bdi>(\w+)/.exec(text)?.[1])).toEqual(["late", "unseen", "begun"]);
  expect(sections.map((text) => /None[^<]*/.exec(text)?.[0])).toEqual([undefined, undefined, "None so far."]);
  expect(sections[1]).toContain("0 of 7,449 looked at");
});
