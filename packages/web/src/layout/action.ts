/** What changes something: a form of one button, or a link to the page that asks first. */
import { asText, exact, html } from "../html/html.ts";
import type { Html, Value } from "../html/html.ts";
import { TOKEN_FIELD } from "../security/csrf.ts";
import { ACTIONS, reaches } from "../security/roles.ts";
import type { Action, AnyAction, Role } from "../security/roles.ts";
import type { Frame } from "./frame.ts";

/** How a button looks, and what it says to who cannot see where it stands. */
export interface ButtonLook {
  /** `main`, `bad` for what destroys, `s` for small, `q` for quiet. */
  readonly look?: string | undefined;
  /** Its whole meaning: "Pause mailers". */
  readonly describe?: Html | string | undefined;
}

/** Hidden fields, by name. */
export type Fields = Readonly<Record<string, string>>;

/** A form that posts: with the token, and the given fields. */
export const postForm = (frame: Frame, path: string, fields: Fields, body: Value): Html =>
  html`<form method="post" action="${frame.to(path)}"><input type="hidden" name="${TOKEN_FIELD}" value="${frame.csrf}">${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${exact(value)}">`)}${body}</form>`;

/** A button that acts at once. */
export const act = (
  frame: Frame,
  action: AnyAction,
  label: Html,
  path: string,
  fields: Fields,
  { look = "", describe }: ButtonLook = {},
): Html =>
  frame.may(action)
    ? postForm(
        frame,
        path,
        fields,
        html`<button class="btn ${look}"${describe && html` aria-label="${asText(describe)}"`}>${label}</button>`,
      )
    : refused(frame, action, label, look);

/** A link that asks first: to a page of its own, or with the script in a dialog. */
export const ask = (
  frame: Frame,
  action: AnyAction,
  label: Html,
  path: string,
  { look = "bad", describe }: ButtonLook = {},
): Html =>
  frame.may(action)
    ? html`<a class="btn ${look}" href="${frame.to(path)}" data-dialog${describe && html` aria-label="${asText(describe)}"`}>${label}</a>`
    : refused(frame, action, label, look);

/** What one may not do stays in its place and says why. */
const refused = (frame: Frame, action: AnyAction, label: Html, look: string): Html =>
  html`<button class="btn ${look}" type="button" disabled title="${reason(frame, action)}">${label}</button>`;

/** Why an action cannot be done. */
export const reason = ({ isReadOnly, words, roles, user }: Frame, action: AnyAction): Html => {
  if (isReadOnly) return words.say("role.read_only");
  const least = roles?.[action] ?? ownRole(action);
  // Who has the role was refused by a rule of the host.
  if (user && reaches(user.role, least)) return words.say("refuse.rule");
  return words.say("role.needed", { role: words.say(`role.${least}`) });
};

const ownRole = (action: string): Role => (isOwn(action) ? ACTIONS[action] : "admin");

const isOwn = (action: string): action is Action => Object.hasOwn(ACTIONS, action);
