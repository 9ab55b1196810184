/** When the jobs of a set are due, or have died, as columns over time. */
import { columns } from "../charts/columns.ts";
import type { SetChart } from "../readings/counted.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame } from "../layout/frame.ts";

const TONES = { retry: "retry", schedule: "sched", dead: "dead" } as const;
const TICKS = 5;

export const setChart = (chart: SetChart | undefined, { words }: Frame): Html => {
  if (!chart) return NOTHING;
  const { set, fromMs, columnMs, values, looked, total } = chart;
  const wholeMs = columnMs * values.length;
  const labels = values.map((_, i) => words.moment(fromMs + i * columnMs, wholeMs));
  const title = words.say(`set.chart_${set}`);
  return columns({
    words,
    id: "chart",
    title,
    note:
      looked === undefined || total === undefined
        ? words.say("chart.column_is", { span: words.span(columnMs) })
        : words.say("chart.column_counted", { span: words.span(columnMs), n: looked, total }),
    isOfTimes: true,
    height: 72,
    labels: labels.map((label) => html`${label}`),
    xTicks: Array.from(
      { length: TICKS },
      (_, i) => labels[Math.round((i / (TICKS - 1)) * (labels.length - 1))] ?? "",
    ),
    series: [{ name: title, tone: TONES[set], values }],
  });
};
