/** How somebody likes the pages: their language and their time zone, at the end of each. */
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { TOKEN_FIELD } from "../security/csrf.ts";
import { postForm } from "./action.ts";
import type { Frame } from "./frame.ts";

/** Whoever cannot read this language finds a list of names of their own. */
export const preferences = (frame: Frame): Html =>
  html`<footer class="prefs">${languageForm(frame)}${zoneForm(frame)}</footer>`;

const languageForm = (frame: Frame): Html => {
  const { words, languages = [] } = frame;
  if (languages.length < 2) return NOTHING;
  const options = languages.map(
    ({ tag, name }) =>
      html`<option value="${tag}" lang="${tag}"${tag === words.locale && " selected"}>${name}</option>`,
  );
  return postForm(
    frame,
    "/change_locale",
    {},
    html`<label for="locale">${words.say("frame.language")}</label><select id="locale" name="locale">${options}</select><button class="btn s">${words.say("frame.choose")}</button>`,
  );
};

/** The few that most want; the rest is a page, for there are hundreds. */
const zoneForm = (frame: Frame): Html => {
  const { words, to, autoZone } = frame;
  const { name } = words.zone;
  const isAuto = autoZone !== undefined;
  const names = name === "UTC" || isAuto ? ["UTC"] : ["UTC", name];
  return zoneFields(frame, "zone", {
    options: html`${names.map((one) => zoneOption(one, !isAuto && one === name))}${autoOption(frame)}`,
    more: html`<a class="link" href="${to("/preferences")}">${words.say("zone.others")}</a>`,
  });
};

/** A form with these zones. The script fills in what the browser's is. */
export const zoneFields = (
  frame: Frame,
  id: string,
  { options, more }: { readonly options: Html; readonly more: Html },
): Html => {
  const { words, to, csrf, autoZone } = frame;
  return html`<form method="post" action="${to("/preferences")}" data-zoner${autoZone !== undefined && html` data-auto="${autoZone}"`}><input type="hidden" name="${TOKEN_FIELD}" value="${csrf}"><input type="hidden" name="browser" value=""><label for="${id}">${words.say("zone.label")}</label><select id="${id}" name="zone">${options}</select><button class="btn s">${words.say("frame.choose")}</button>${more}</form>`;
};

/** A zone by its name. */
export const zoneOption = (name: string, isOn: boolean): Html =>
  html`<option${isOn && " selected"}>${name}</option>`;

/** With the zone that it is, once the script has told. */
export const autoOption = ({ words, autoZone }: Frame): Html => {
  const label =
    autoZone === undefined || autoZone === ""
      ? words.say("zone.auto")
      : words.say("zone.auto_is", { zone: words.zone.name });
  return html`<option value="auto"${autoZone !== undefined && " selected"}>${label}</option>`;
};
