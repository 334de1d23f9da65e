import type { SpaceScope } from "#contracts/addresses/address.ts";

const storageKey = "postroom.recent-spaces";
const maxRecent = 5;

function isScope(value: unknown): value is SpaceScope {
  const { tenant, space } = (value ?? {}) as Partial<Record<keyof SpaceScope, unknown>>;
  return typeof tenant === "string" && typeof space === "string";
}

/** The last five spaces that were entered in this browser, newest first. */
export function readRecentSpaces(): SpaceScope[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isScope).slice(0, maxRecent) : [];
  } catch {
    return [];
  }
}

export function rememberSpace(entered: SpaceScope): void {
  const others = readRecentSpaces().filter(({ tenant, space }) => tenant !== entered.tenant || space !== entered.space);
  localStorage.setItem(storageKey, JSON.stringify([entered, ...others].slice(0, maxRecent)));
}
