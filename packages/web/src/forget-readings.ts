/** What is kept of readings is of no use once something was changed: the page that a form leads to shows it. */
import type { Visit } from "./visit.ts";
import type { Services } from "./services.ts";

/** Not by what nobody was allowed to do, nor by what was done to nothing: a form is cheaper to send than readings are to make. */
export const hasChanged = ({ permissions, counted, step }: Visit, { status }: Response): boolean =>
  permissions.asked.length > 0 &&
  (step !== undefined || (counted === undefined ? status < 400 : counted > 0));

export const forgetReadings = (services: Services, { permissions }: Visit): void => {
  for (const { subject } of permissions.asked)
    if (subject.queue !== undefined) services.sizes.forget(subject.queue);
  services.summary.forget();
  services.fleet.forget();
  services.findings.forget();
  services.facets.forget();
  services.errors.forget();
  services.tabs.forget();
};
