/** A plan as a short cron expression, with ranges and steps where they say the same as the list of values. */
import type { Plan, Values } from "../expression/plan.ts";
import { isOnTheMinute } from "../expression/plan.ts";

/** Five fields, or six with seconds; a plan with rules for days of the week that only fugit knows is not for this. */
export const compact = (plan: Plan): string => {
  const weekdays = plan.weekdays === "*" ? "*" : plan.weekdays.map(({ day }) => day);
  return [
    ...(isOnTheMinute(plan) ? [] : [field(plan.seconds, 60)]),
    field(plan.minutes, 60),
    // "Every 20 minutes, every 6 hours" would not say in which hours.
    field(plan.hours, isOnce(plan.minutes) ? 24 : 0),
    field(plan.monthDays, 0),
    field(plan.months, 0),
    field(weekdays, 0),
  ].join(" ");
};

const isOnce = (values: Values): boolean => values !== "*" && values.length === 1;

/** @param size of a field that starts at 0 and comes again after as many: only there is `*\/15` the same all the time */
const field = (values: Values, size: number): string => {
  if (values === "*") return "*";
  const [first = 0, second = 0] = values;
  if (values.length === 1) return String(first);
  const step = second - first;
  if (!values.every((value, i) => value === first + i * step)) return values.join(",");
  const last = first + step * (values.length - 1);
  if (step === 1) return values.length > 2 ? `${first}-${last}` : values.join(",");
  return first === 0 && last + step === size ? `*/${step}` : values.join(",");
};
