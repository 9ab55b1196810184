/** A class in less room than its name needs: the namespaces go first, then the last words of the name itself. */

const CUT = "…";
const BETWEEN = "::";

// Where a person would break it: `Capture|Payment|Job`, `deliver_|later`.
const HUMPS = /(?<=[a-z0-9])(?=[A-Z])|(?<=[_#/.])/;

/** At most so many columns: `…::CapturePaymentJob`, `…::CapturePayment…`, `Capture…`. */
export const shortClass = (name: string, width: number): string => {
  if (name.length <= width) return name;
  // The first of the `::` behind which it fits. Not part by part: a name may have a megabyte of them.
  const at = name.indexOf(BETWEEN, name.length - width + CUT.length);
  if (at > 0) return CUT + name.slice(at);
  const last = name.lastIndexOf(BETWEEN);
  const leaf = last === -1 ? name : name.slice(last + BETWEEN.length);
  return leaf.length <= width ? leaf : cutAtHump(leaf, width);
};

const cutAtHump = (leaf: string, width: number): string => {
  let kept = "";
  // What is beyond the width is of no hump that has room.
  for (const hump of leaf.slice(0, width + 1).split(HUMPS)) {
    if (kept.length + hump.length + CUT.length > width) break;
    kept += hump;
  }
  // A first word that is longer than that is cut wherever it ends.
  return (kept || leaf.slice(0, Math.max(0, width - CUT.length))) + CUT;
};
