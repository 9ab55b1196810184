/** What the dashboard says is phrases: each stands in brackets here, and nothing but data is outside of them. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EN, layout, Words } from "../../support/inside-web.ts";
import { frameOf } from "../../support/web-frame.ts";
import { PAGES } from "../../support/web-pages.ts";

type Phrase = string | Readonly<Record<string, string>>;

const inBrackets = (phrase: Phrase): Phrase =>
  typeof phrase === "string"
    ? `⟦${phrase}⟧`
    : Object.fromEntries(Object.entries(phrase).map(([form, text]) => [form, `⟦${text}⟧`]));

const words = new Words(
  "en",
  // Made of phrases, form by form.
  Object.fromEntries(Object.entries(EN).map(([key, phrase]) => [key, inBrackets(phrase)])) as typeof EN,
);

/** Names that need no translation, and what the pages of these tests show of Redis. */
const DATA = new Set(
  `tsq UTC Redis Valkey Sidekiq mira critical webhooks worker shop node Oct Nov noeviction img src onerror alert eJob quot
   Billing Capture Payment Job CapturePaymentJob Images Thumbnail ThumbnailJob gid width note billing default
   Stripe Card Error Your card was declined app models payment capture gems lib jid`.split(/\s+/),
);

/** Texts, and the attributes that are shown or read out; without code, which nobody translates. */
const readIn = (page: string): string => {
  const attributes = [...page.matchAll(/ (?:title|aria-label|placeholder|data-title|data-lead)="([^"]*)"/g)];
  const texts = page.replace(/<(script|style|svg|code|pre|kbd)\b.*?<\/\1>/gs, " ").replace(/<[^>]*>/g, " ");
  return [texts, ...attributes.map(([, text]) => text)].join("\n");
};

const outsideOfPhrases = (text: string): readonly string[] => {
  let depth = 0;
  const left = Array.from(text, (character) => {
    if (character === "⟦") depth += 1;
    if (character === "⟧") depth -= 1;
    return depth === 0 ? character : " ";
  });
  return (left.join("").match(/[a-z]{3,}/gi) ?? []).filter((word) => !DATA.has(word));
};

// The question there is asked in words of these tests.
const pages = Object.entries(PAGES(frameOf({ words }))).filter(([path]) => path !== "/morgue/all/delete");

test.for(pages)("%s says nothing that is no phrase", ([path, page]) => {
  const text = String(layout(page, frameOf({ path, words })));

  expect(outsideOfPhrases(readIn(text))).toEqual([]);
});

test("no answer to a form, and no refusal, is written in the code", () => {
  const root = new URL("../../../packages/web/src/", import.meta.url);
  const files = ["actions/", "audit/", "bulk/", "routes/", "tabs/"]
    .flatMap((folder) => readdirSync(new URL(folder, root)).map((name) => folder + name))
    .concat("dashboard.ts");
  const said = files.flatMap((file) =>
    [
      ...readFileSync(new URL(file, root), "utf8").matchAll(
        /(?:plain|done|saysToo)\([^;]*?["`][A-Z][a-z]+ [^;]*/g,
      ),
    ]
      // What no person asks for: figures by scripts, assets, whether it lives, and one that has been closed.
      .filter(([text]) => !/401|such file|Healthy: |been closed/.test(text))
      .map(([text]) => `${file}: ${text}`),
  );

  expect(said).toEqual([]);
});
