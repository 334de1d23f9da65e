import { z } from "zod";
import { spaceScopeSchema, type SpaceScope } from "#contracts/addresses/address.ts";

const storageKey = "postroom.recent-spaces";
const maxRecent = 5;
const recentSchema = z.array(spaceScopeSchema).max(maxRecent);

/** The last five spaces that were entered in this browser, newest first. */
export function readRecentSpaces(): SpaceScope[] {
  try {
    return recentSchema.parse(JSON.parse(localStorage.getItem(storageKey) ?? "[]"));
  } catch {
    return [];
  }
}

export function rememberSpace(entered: SpaceScope): void {
  const others = readRecentSpaces().filter(({ tenant, space }) => tenant !== entered.tenant || space !== entered.space);
  localStorage.setItem(storageKey, JSON.stringify([entered, ...others].slice(0, maxRecent)));
}
