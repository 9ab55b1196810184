import { assert, constantFrom, oneof, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { asText, cut, exact, html, idOf, path, visible, withQuery } from "../support/inside-web.ts";

/** Text of whatever an attacker would choose, and of anything else. */
const hostile = string({
  unit: oneof(
    constantFrom(
      "<",
      ">",
      '"',
      "'",
      "&",
      "\u202e",
      "\u200b",
      "\u0000",
      "\ufeff",
      "</script>",
      "javascript:",
      "\ud800",
    ),
    string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});

describe("what comes from Redis", () => {
  test("makes no markup, wherever a template puts it", () => {
    assert(
      property(hostile, (text) => {
        const made = String(html`<b title="${text}">${[text, [text]]}</b>`);

        const inner = made
          .replace(/^<b title="/, "")
          .replace(/<\/b>$/, "")
          .replace('">', "");
        expect(inner).not.toMatch(/[<>"']/);
        expect(inner).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
    );
  });

  test("hides nothing: what cannot be seen is written out", () => {
    assert(
      property(hostile, (text) => {
        expect(visible(text)).not.toMatch(/(?![\t\n])\p{Cc}|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(visible(text).isWellFormed()).toBe(true);
      }),
    );
    expect(visible("abc\u202Etxt.exe")).toBe("abc\\u202etxt.exe");
    expect(visible("a\u{e0041}b\n\t")).toBe("a\\u{e0041}b\n\t");
  });

  test("comes back by a field as it is, and nothing in its page is hidden", () => {
    const text = "\u202ea\u200b\r\n<b>&\"'\u{e0067}";

    expect(String(exact(text))).toBe("&#x202e;a&#x200b;&#xd;\n&lt;b&gt;&amp;&quot;&#39;&#xe0067;");
    assert(
      property(hostile, (any) => {
        expect(String(exact(any))).not.toMatch(/[\u202e\u200b<>"']/);
      }),
    );
  });

  test("cannot pass for markup by its shape", () => {
    const forged = { toString: () => "<script>", text: "<script>" } as unknown as string;

    expect(String(html`${forged}`)).toBe("&lt;script&gt;");
  });

  test("is one piece of a path, and leads to no other place", () => {
    assert(
      property(hostile, (text) => {
        expect(path`/queues/${text}`).toMatch(/^\/queues\/[\w.!~*'()%-]*$/);
      }),
    );
  });

  test("chooses no id of an element", () => {
    assert(
      property(hostile, (text) => {
        expect(idOf("q", text)).toMatch(/^q-[\w-]{12}$/);
      }),
    );
  });
});

test("markup within markup stays, and nothing is written for what is not there", () => {
  expect(String(html`<p>${html`<i>${"&"}</i>`}${undefined}${null}${false}${0}${7n}</p>`)).toBe(
    "<p><i>&amp;</i>07</p>",
  );
});

test("a long text is cut, and says so", () => {
  expect(cut("x".repeat(10), 4)).toBe("xxxx…");
  expect(cut("xxxx", 4)).toBe("xxxx");
});

test("a query keeps what it had, and loses what has no value", () => {
  expect(withQuery("/retries?q=a&page=2", { page: undefined, order: "asc" })).toBe("/retries?q=a&order=asc");
  expect(withQuery("/retries", { page: undefined })).toBe("/retries");
});

test("what is said in an attribute has the text of its markup, and what came from Redis stays text", () => {
  const name = html`<bdi class="cls">${`<img src=x> "a" > b`}</bdi>`;

  expect(asText(html`Stop ${name}?`).toString()).toBe(`Stop &lt;img src=x&gt; &quot;a&quot; &gt; b?`);
});
