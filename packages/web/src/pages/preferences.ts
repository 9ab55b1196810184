/** All time zones to choose from. */
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { autoOption, zoneFields, zoneOption } from "../layout/preferences.ts";

/** `/preferences` */
export const preferencesPage = (names: readonly string[], frame: Frame): Page => {
  const { words, autoZone } = frame;
  const { zone } = words;
  const title = words.say("zone.label");
  const options = html`${names.filter((name) => !name.includes("/")).map((name) => option(name, frame))}${autoOption(frame)}${groups(names, frame)}`;
  const note = autoZone === "" ? html`<p>${words.say("zone.needs_script")}</p>` : NOTHING;
  return {
    title,
    heading: words.say("zone.heading", { zone: zone.name }),
    lead: words.say("zone.lead", { now: zone.stamp(frame.nowMs) }),
    isLive: false,
    body: html`<section class="panel pad stack">${zoneFields(frame, "all-zones", { options, more: NOTHING })}${note}<p class="dim">${words.say("zone.typed_rule")}</p><p class="dim">${words.say("zone.files")}</p></section>`,
  };
};

const option = (name: string, { words, autoZone }: Frame): Html =>
  zoneOption(name, autoZone === undefined && name === words.zone.name);

/** By what stands before the slash, as the tz database has them. */
const groups = (names: readonly string[], frame: Frame): readonly Html[] => {
  const regions = new Map<string, string[]>();
  // Intl may answer to a name that it does not list.
  for (const name of new Set([...names, frame.words.zone.name])) {
    const [region = "", ...place] = name.split("/");
    if (place.length > 0) regions.set(region, [...(regions.get(region) ?? []), name]);
  }
  return [...regions].map(
    ([region, list]) =>
      html`<optgroup label="${region}">${list.map((name) => option(name, frame))}</optgroup>`,
  );
};
