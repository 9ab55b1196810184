/** Which objects are objects of JSON. */

/** Whether it is an object of no class: what `{}` makes, also that of another realm, and one without a prototype. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};
