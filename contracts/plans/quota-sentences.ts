import type { QuotaMeter } from "./plan.ts";
import type { QuotaRefusal } from "./quota.ts";

const binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Bytes in the largest binary unit that keeps them at 1 or more, with at most one decimal: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${binaryUnits[unit] ?? "B"}`;
}

const meterWords: Record<QuotaMeter["name"], { limit: string; format: (value: number) => string }> = {
  addresses: { limit: "addresses", format: (value) => String(value) },
  storedBytes: { limit: "stored bytes", format: formatBytes },
  connections: { limit: "connections", format: (value) => String(value) },
  credentials: { limit: "credentials", format: (value) => String(value) },
};

/**
 * Why a demand does not fit, with the limit's name, value, what is used and what was asked, and the nearest way out.
 * @param fittingPlanNames plans of the same type that would fit, smallest step first
 */
export function refusalSentence(refusal: QuotaRefusal, spacePlanName: string, fittingPlanNames: readonly string[] = []): string {
  const { limit, format } = meterWords[refusal.name];
  const figures =
    `This space may have ${format(refusal.value)}${refusal.name === "storedBytes" ? " stored in all" : ` ${limit}`} ` +
    `(space plan ${spacePlanName}); ${format(refusal.used)} ${refusal.name === "storedBytes" ? "are reserved" : "are used"}, and this asks for ${format(refusal.asked)} more.`;
  return `${figures} ${wayOut(refusal, fittingPlanNames)}`;
}

function wayOut(refusal: QuotaRefusal, fittingPlanNames: readonly string[]): string {
  const [nearest] = fittingPlanNames;
  if (nearest) return `The plan ${nearest} would fit.`;
  const spare = refusal.name === "credentials" ? "a credential" : "an address";
  return `Delete ${spare} that is no longer needed, or ask your platform administrator for a larger space plan.`;
}
