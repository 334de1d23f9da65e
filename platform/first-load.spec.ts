import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const projectDirectory = join(import.meta.dirname, "..");
/** What the address list's first load consists of: the frame, the guards around a space, the screen. */
const entries = ["components/frame/Console.tsx", "components/tenants/TenantGuard.tsx", "components/spaces/SpaceFrame.tsx", "components/addresses/AddressesScreen.tsx"];
/** Libraries that only forms, dialogs and other pages need; those load them when they are opened. */
const late = ["zod", "react-hook-form", "@hookform/resolvers", "rhea", "yaml", "keycloak-js"];

/** Packages that `file` brings along by imports of values, each with the way to it. */
async function packagesOf(file: string, way: readonly string[], seen: Set<string>): Promise<[name: string, way: string][]> {
  if (seen.has(file)) return [];
  seen.add(file);
  const here = [...way, file];
  const found: [string, string][] = [];
  for (const [, clause = "", specifier = ""] of (await readFile(join(projectDirectory, file), "utf8")).matchAll(/^(?:import|export) ([^;]*?)from "([^"]+)";$/gm)) {
    const isOfTypes = /^type\s/.test(clause) || /^\{(\s*type \w+,?)+\s*\}\s*$/.test(clause);
    if (isOfTypes || specifier.endsWith(".css")) continue;
    if (specifier.startsWith("#")) found.push(...(await packagesOf(specifier.slice(1), here, seen)));
    else if (specifier.startsWith(".")) found.push(...(await packagesOf(join(file, "..", specifier), here, seen)));
    else found.push([specifier, here.join(" > ")]);
  }
  return found;
}

it("the address list's first load brings no library along that only forms and dialogs need", async () => {
  const seen = new Set<string>();
  const found = (await Promise.all(entries.map(async (entry) => packagesOf(entry, [], seen)))).flat();
  expect(found.map(([name]) => name)).toContain("@tanstack/react-query");
  expect(found.filter(([name]) => late.some((each) => name === each || name.startsWith(`${each}/`)))).toEqual([]);
});
