/** A phrase of the dashboard, in one language. */

/** With `{name}` where a value goes; several forms where its words depend on the value of `count`. */
export type Phrase =
  | string
  | ({ readonly other: string } & { readonly [form in Intl.LDMLPluralRule]?: string });
