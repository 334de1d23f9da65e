const units = ["", "K", "M", "G", "T"] as const;

/** Reads `10 MiB`, `1.5G`, `64k` or a plain number of bytes, in powers of 1024; undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const [, amount, unit] = /^\s*(\d{1,12}(?:\.\d{1,3})?)\s*([kmgt]?)i?b?\s*$/i.exec(text) ?? [];
  if (amount === undefined) return undefined;
  return Math.round(Number(amount) * 1024 ** units.indexOf((unit ?? "").toUpperCase() as (typeof units)[number]));
}
