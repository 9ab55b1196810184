/** Sidekiq's Web UI behind Devise, as three visitors see it. */
import { ask } from "./ask.mjs";
import { check } from "./check.mjs";

/**
 * @param app the URL of the Rails app
 * @param expected texts that the pages must have, by path
 */
export const visitDashboard = async (app, expected) => {
  const anonymous = await visit(`${app}/sidekiq`);
  check(anonymous.status === 302, `the dashboard refuses who is not signed in (got ${anonymous.status})`);
  check(anonymous.headers.get("location")?.endsWith("/users/sign_in"), "and sends them to sign in");

  const sales = await visit(`${app}/sidekiq`, await signIn(app, "ann@example.com"));
  check(sales.status === 404, `a sales user does not find the dashboard (got ${sales.status})`);

  const cookie = await signIn(app, "root@example.com");
  for (const [path, texts] of Object.entries(expected)) {
    const page = await visit(`${app}/sidekiq${path}`, cookie);
    const body = await page.text();
    check(page.status === 200, `the Super Admin sees /sidekiq${path} (got ${page.status})`);
    for (const text of texts) check(body.includes(text), `/sidekiq${path} shows ${text}`);
  }
};

/**
 * The dashboard of tsq below the app, as its people see it, and as somebody does who asks it behind the app's back.
 *
 * @param app the URL of the Rails app
 * @param direct the URL of the dashboard itself
 * @param queue one that is paused and resumed
 */
export const visitTsqDashboard = async (app, direct, queue) => {
  const anonymous = await visit(`${app}/tsq`);
  check(
    anonymous.status === 302,
    `the dashboard of tsq refuses who is not signed in (got ${anonymous.status})`,
  );
  const sales = await visit(`${app}/tsq`, await signIn(app, "ann@example.com"));
  check(sales.status === 404, `a sales user does not find it (got ${sales.status})`);

  const cookie = await signIn(app, "root@example.com");
  for (const path of ["", "/busy", "/queues", "/morgue", "/stats"]) {
    const page = await visit(`${app}/tsq${path}`, cookie);
    const body = await page.text();
    check(page.status === 200, `the Super Admin sees /tsq${path} (got ${page.status})`);
    const addresses = [...body.matchAll(/(?:href|action|src)="(\/[^"]*)"/g)].map(([, address]) => address);
    check(
      addresses.every((address) => address.startsWith("/tsq/")),
      `and all that /tsq${path} leads to is below it`,
      addresses.find((address) => !address.startsWith("/tsq/")),
    );
  }
  for (const order of ["pause", "unpause"]) {
    const body = new URLSearchParams({ [order]: "1" });
    const done = await visit(
      `${app}/tsq/queues/${queue.name}`,
      cookie,
      { method: "POST", body },
      { origin: app },
    );
    check(done.status === 302, `the Super Admin may ${order} a queue there (got ${done.status})`);
    check(done.headers.get("location") === "/tsq/queues", "and is led back below the app's path");
    check((await queue.isPaused()) === (order === "pause"), `it is ${order}d`);
  }
  const body = new URLSearchParams({ pause: "1" });
  const foreign = { origin: "https://evil.example" };
  const forged = await visit(`${app}/tsq/queues/${queue.name}`, cookie, { method: "POST", body }, foreign);
  check(forged.status === 403, `a form of another site is refused (got ${forged.status})`);

  const now = Math.floor(Date.now() / 1_000);
  const identity = `${now}|root@example.com|admin|${"0".repeat(64)}`;
  const made = await visit(`${direct}/tsq/stats`, "", {}, { "x-crm-identity": identity });
  check(made.status === 401, `whoever signs an identity themselves is nobody (got ${made.status})`);
  const none = await visit(`${direct}/tsq/stats`);
  check(none.status === 401, `and so is who asks it without the app (got ${none.status})`);
};

const signIn = async (app, email) => {
  const form = await visit(`${app}/users/sign_in`);
  const token = /name="authenticity_token" value="([^"]+)"/.exec(await form.text())?.[1] ?? "";
  const body = new URLSearchParams({
    authenticity_token: token,
    "user[email]": email,
    "user[password]": "secret-1",
  });
  const answer = await visit(`${app}/users/sign_in`, cookieOf(form), { method: "POST", body });
  check([302, 303].includes(answer.status), `${email} signs in (got ${answer.status})`);
  return cookieOf(answer);
};

const visit = (url, cookie = "", options = {}, headers = {}) =>
  ask(url, { redirect: "manual", headers: { cookie, ...headers }, ...options });

const cookieOf = (response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
