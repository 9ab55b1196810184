/** Holds handlers back until a test lets them go on. */
export interface Gate {
  /** Resolves when the gate is opened. */
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export const gate = (): Gate => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
};
