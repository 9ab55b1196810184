/** Makes it once, when it is first asked for; what it is asked with counts that first time alone. */
export const once = <T, Args extends readonly unknown[]>(
  make: (...args: Args) => T,
): ((...args: Args) => T) => {
  let made: { readonly value: T } | undefined;
  return (...args) => (made ??= { value: make(...args) }).value;
};
