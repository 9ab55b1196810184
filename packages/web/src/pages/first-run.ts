/** An empty Redis: the three steps until there is something to see. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";

// By name: this package itself imports none of it.
const PACKAGE = "tsq";
const JOB = `// jobs.ts
import { defineJob } from "${PACKAGE}";

export const welcome = defineJob("WelcomeJob", {},
  async (job, userId: number) => {
    job.logger.info({ userId }, "hello");
  });`;
const WORK = "npx tsq work -r ./jobs.ts -q default";
const PUSH = "npx tsq push WelcomeJob '[42]'";
const RUBY = "WelcomeJob.perform_async(42) # Ruby";

/** `/`, while no job was ever pushed or run, and no process is up. */
export const firstRunPage = ({ words }: Frame): Page => {
  const code = (text: string, name: Html) =>
    html`<div><pre class="code" tabindex="0" data-copy aria-label="${name}">${text}</pre></div>`;
  const step = (title: Html, text: Html, ...examples: readonly Html[]) =>
    html`<li class="panel pad stack"><h2>${title}</h2><p class="dim">${text}</p>${examples}</li>`;
  return {
    title: words.say("first.heading"),
    heading: words.say("first.heading"),
    lead: words.say("first.lead"),
    body: html`<ol class="stack steps" id="first" data-live>${step(words.say("first.write"), words.say("first.write_text"), code(JOB, words.say("first.write")))}${step(words.say("first.start"), words.say("first.start_text"), code(WORK, words.say("first.start")))}${step(words.say("first.push"), words.say("first.push_text"), code(PUSH, words.say("first.push")), code(RUBY, words.say("first.push_ruby")))}</ol>`,
  };
};
