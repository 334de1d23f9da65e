/** The key of a chip over a table, as a PatternFly filter hands it back. */
export function keyOf(label: string | { readonly key: string }): string {
  return typeof label === "string" ? label : label.key;
}
