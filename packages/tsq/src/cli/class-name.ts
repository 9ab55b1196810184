/** A class in less room than its name needs: the namespaces go first, then the last words of the name itself. */

const CUT = "…";

// Where a person would break it: `Capture|Payment|Job`, `deliver_|later`.
const HUMPS = /(?<=[a-z0-9])(?=[A-Z])|(?<=[_#/.])/;

/** At most so many columns: `…::CapturePaymentJob`, `…::CapturePayment…`, `Capture…`. */
export const shortClass = (name: string, width: number): string => {
  if (name.length <= width) return name;
  const parts = name.split("::");
  for (let from = 1; from < parts.length; from++) {
    const short = [CUT, ...parts.slice(from)].join("::");
    if (short.length <= width) return short;
  }
  const leaf = parts.at(-1) ?? "";
  return leaf.length <= width ? leaf : cutAtHump(leaf, width);
};

const cutAtHump = (leaf: string, width: number): string => {
  let kept = "";
  for (const hump of leaf.split(HUMPS)) {
    if (kept.length + hump.length + CUT.length > width) break;
    kept += hump;
  }
  // A first word that is longer than that is cut wherever it ends.
  return (kept || leaf.slice(0, Math.max(0, width - CUT.length))) + CUT;
};
