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

const visit = (url, cookie = "", options = {}) =>
  ask(url, { redirect: "manual", headers: { cookie }, ...options });

const cookieOf = (response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
