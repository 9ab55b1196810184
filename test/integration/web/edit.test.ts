/** A job that is edited on the dashboard, and retried. */
import { expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const ARGS = '[1.0, 12345678901234567890, {"to": "ada"}]';
const put = (args = ARGS) =>
  stage.redis.zadd(
    "dead",
    5,
    `{"class":"HardJob", "args":${args}, "jid":"a1","queue":"default","created_at":1}`,
  );
const textarea = (text: string) =>
  /<textarea[^>]*>\n?([^<]*)<\/textarea>/.exec(text)?.[1]?.replaceAll("&quot;", '"');

test("the form has the arguments byte for byte, and a retry as it is changes none of them", async () => {
  await put();

  const { text } = await stage.dashboard.get("/morgue/5-a1/edit");
  await stage.dashboard.post("/morgue/5-a1/edit", { args: textarea(text) ?? "", queue: "default" });

  expect(textarea(text)).toBe(ARGS);
  expect((await stage.redis.lrange("queue:default", 0, -1)).join()).toContain(`"args":${ARGS}`);
  expect(await stage.redis.zcard("dead")).toBe(0);
});

test("other arguments and another queue are what it runs with", async () => {
  await put();

  await stage.dashboard.post("/morgue/5-a1/edit", { args: '[2.0, "b"]', queue: "low" });

  const [job = ""] = await stage.redis.lrange("queue:low", 0, -1);
  expect(job).toContain('"args":[2.0, "b"]');
  expect(job).toContain('"queue":"low"');
});

test("a queue that nobody serves is told once in the form, and taken when it is sent again", async () => {
  await put();
  await stage.redis.sadd("processes", "web:1:a");
  await stage.redis.hset("web:1:a", "info", '{"queues":["critical"],"version":"tsq 0.1.0"}', "beat", 1);
  const told = (text: string) => /name="told" value="([^"]*)"/.exec(text)?.[1];
  const form = { args: ARGS, queue: "critcal" };

  const { text } = await stage.dashboard.get("/morgue/5-a1/edit");
  const asked = await stage.dashboard.post("/morgue/5-a1/edit", { ...form, told: told(text) ?? "-" });

  expect(asked.status).toBe(422);
  expect(asked.text).toMatch(/role="alert".*Nobody listens to <bdi>critcal<\/bdi>/s);
  expect(asked.text).toMatch(/name="queue" value="critcal"[^>]*aria-invalid="true"/);
  expect(await stage.redis.zcard("dead")).toBe(1);
  await stage.dashboard.post("/morgue/5-a1/edit", { ...form, told: told(asked.text) ?? "-" });
  expect(await stage.redis.llen("queue:critcal")).toBe(1);
  await put();
  await stage.dashboard.post("/morgue/5-a1/edit", { args: ARGS, queue: "critical", told: "" });
  expect(await stage.redis.llen("queue:critical")).toBe(1);
});

test("of arguments that are no JSON it is said where", async () => {
  await put();

  const { text } = await stage.dashboard.post("/morgue/5-a1/edit", {
    args: '[\n  {"a": 1,}\n]',
    queue: "low",
  });

  const problem = /id="problem".*?<\/p>/s.exec(text)?.[0];
  expect(problem).toMatch(/got something else: .*position 12/);
  expect(problem).not.toContain("\\n");
});

test("another class runs it, and an empty one is refused in the form with what was typed", async () => {
  await put();

  const refused = await stage.dashboard.post("/morgue/5-a1/edit", { args: ARGS, queue: "low", class: " " });
  await stage.dashboard.post("/morgue/5-a1/edit", { args: ARGS, queue: "low", class: "Net::SoftJob" });

  expect(refused.status).toBe(422);
  expect(refused.text).toMatch(/role="alert".*name the class that runs the job/s);
  expect(refused.text).toMatch(/name="class" value=""[^>]*aria-invalid="true"/);
  expect(refused.text).toContain('name="queue" value="low"');
  const [job = ""] = await stage.redis.lrange("queue:low", 0, -1);
  expect(job).toContain(`{"class":"Net::SoftJob", "args":${ARGS}, "jid":"a1"`);
});

test("of a job of ActiveJob the class inside the wrapper changes, where pages read it and where Ruby does", async () => {
  const wrapper = "Sidekiq::ActiveJob::Wrapper";
  const args = '[ {"job_class":"OldJob","arguments":[1.0],"locale":"en"}]';
  const job = `{"class":"${wrapper}","wrapped":"OldJob","args":${args},"jid":"a1","queue":"low","retry":true,"created_at":5}`;
  await stage.redis.zadd("dead", 5, job);

  const { text } = await stage.dashboard.get("/morgue/5-a1/edit");
  await stage.dashboard.post("/morgue/5-a1/edit", {
    args: textarea(text) ?? "",
    queue: "low",
    class: "NewJob",
  });

  expect(text).toContain('name="class" value="OldJob"');
  expect(text).toContain("inside ActiveJob’s wrapper");
  const [pushed = ""] = await stage.redis.lrange("queue:low", 0, -1);
  expect(pushed.replace(/,"enqueued_at":\d+/, "")).toBe(job.replaceAll("OldJob", "NewJob"));
});

test("what is no list of arguments stays in the form with what is wrong, and the job where it is", async () => {
  await put();

  const { status, text } = await stage.dashboard.post("/morgue/5-a1/edit", { args: '[1, "a"', queue: "low" });

  expect(status).toBe(422);
  expect(text).toMatch(/role="alert".*as a JSON list/s);
  expect(textarea(text)).toBe('[1, "a"');
  expect(text).toContain('name="queue" value="low"');
  expect(await stage.redis.zcard("dead")).toBe(1);
});

test("of masked arguments nothing is shown, and nothing written back; another queue is possible", async () => {
  const args = '[{"password":"hunter2"}]';
  await put(args);

  const { text } = await stage.dashboard.get("/morgue/5-a1/edit");
  const refused = await stage.dashboard.post("/morgue/5-a1/edit", {
    args: '[{"password":"[masked]"}]',
    queue: "low",
  });

  expect(text).toContain("is masked for you");
  expect(text).not.toMatch(/hunter2|<textarea/);
  expect(refused.status).toBe(422);
  await stage.dashboard.post("/morgue/5-a1/edit", { queue: "low" });
  expect((await stage.redis.lrange("queue:low", 0, -1)).join()).toContain(`"args":${args}`);
});

test("a viewer edits nothing", async () => {
  await put();
  const viewer = await stage.serve({
    auth: () => ({ name: "ana", role: "viewer" }),
  });
  expect((await viewer.get("/morgue/5-a1/edit")).status).toBe(403);
  expect((await viewer.post("/morgue/5-a1/edit", { args: "[]", queue: "low" })).status).toBe(403);
  expect(await stage.redis.zcard("dead")).toBe(1);
});

/** What a browser sends of a form that nobody has touched. */
const untouched = (text: string): Record<string, string> =>
  Object.fromEntries(
    [
      ...[...text.matchAll(/<input id="(class|queue)"[^>]* value="([^"]*)"/g)].map(
        ([, name = "", value = ""]) => [name, unescaped(value).replaceAll(/[\r\n]/g, "")] as const,
      ),
      ["args", (/<textarea[^>]*>\n?([^<]*)<\/textarea>/.exec(text)?.[1] ?? "").replace(/$/, "")] as const,
    ].map(([name, value]) => [
      name,
      unescaped(value).replaceAll(/\r?\n/g, "\r\n").replaceAll("\0", "\ufffd"),
    ]),
  );
const NAMED: Readonly<Record<string, string>> = { quot: '"', amp: "&", lt: "<", gt: ">", "#39": "'" };
const unescaped = (text: string): string =>
  text.replaceAll(/&(#x[0-9a-f]+|#\d+|\w+);/g, (whole, name: string) =>
    name.startsWith("#x") ? String.fromCodePoint(Number.parseInt(name.slice(2), 16)) : (NAMED[name] ?? whole),
  );

test.each([
  ["what cannot be seen", "a\u200bb", '["\u{1f3f4}\u{e0067}", "\u202e"]'],
  ["blanks and breaks around and in it", " a\n b ", '["x",\r\n 1]'],
  ["NUL", "a\\u0000b", '["\\u0000"]'],
])(
  "a job whose queue has %s goes where it came from, when nobody has touched the form",
  async (_what, queue, args) => {
    const text = `{"class":"HardJob","args":${args},"jid":"a1","queue":${queue.includes("\\") ? `"${queue}"` : JSON.stringify(queue)},"created_at":1}`;
    await stage.redis.zadd("dead", 5, text);
    const { queue: name } = JSON.parse(text) as { queue: string };

    const form = await stage.dashboard.get("/morgue/5-a1/edit");
    const answer = await stage.dashboard.post("/morgue/5-a1/edit", untouched(form.text));

    expect(answer.status).toBe(302);
    expect(await stage.redis.smembers("queues")).toEqual([name]);
    expect((await stage.redis.lrange(`queue:${name}`, 0, -1)).join()).toContain(`"args":${args}`);
  },
);

test("arguments that are no UTF-8 cannot be edited, and stay byte for byte", async () => {
  const [before, after] = [
    '{"class":"HardJob","args":["',
    '",1],"jid":"a1","queue":"default","created_at":1}',
  ];
  const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe]), Buffer.from(after)]);
  await stage.redis.zadd("dead", 5, bytes);

  const { text } = await stage.dashboard.get("/morgue/5-a1/edit");
  const refused = await stage.dashboard.post("/morgue/5-a1/edit", { args: '["\ufffd\ufffd",2]' });
  await stage.dashboard.post("/morgue/5-a1/edit", { queue: "low" });

  expect(text).not.toContain("<textarea");
  expect(text).toContain("bytes that are no text");
  expect(refused.status).toBe(422);
  const [job] = await stage.redis.lrangeBuffer("queue:low", 0, -1);
  expect(job?.includes(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).toBe(true);
});

test("arguments that are text can be edited where other bytes of the job are none, and those stay", async () => {
  const [before, after] = [
    '{"class":"HardJob","args":["ada",1],"error_message":"',
    '","jid":"a1","queue":"default","created_at":1}',
  ];
  const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe]), Buffer.from(after)]);
  await stage.redis.zadd("dead", 5, bytes);

  const { text } = await stage.dashboard.get("/morgue/5-a1/edit");
  const { status } = await stage.dashboard.post("/morgue/5-a1/edit", { args: '["ben",1]' });

  expect(textarea(text)).toBe('["ada",1]');
  expect(status).toBe(302);
  const [job] = await stage.redis.lrangeBuffer("queue:default", 0, -1);
  expect(job?.toString("latin1")).toContain('"args":["ben",1],"error_message":"\xff\xfe"');
});

test("arguments with a sign for what is no text are edited where it is a sign of theirs", async () => {
  await put('["\ufffd"]');

  const { text } = await stage.dashboard.get("/morgue/5-a1/edit");

  expect(textarea(text)).toBe('["\ufffd"]');
});
