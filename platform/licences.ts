import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { projectDirectory } from "./profile.ts";

/** Licences under which a package may be used in and with an Apache-2.0 product without further duties than naming it. */
const allowed = new Set(["MIT", "MIT-0", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "CC0-1.0", "Unlicense", "BlueOak-1.0.0", "Python-2.0", "PostgreSQL", "CC-BY-4.0", "OFL-1.1"]);

/** Packages whose licence was looked at by a person, and why it may stay. */
const looked: Readonly<Record<string, string>> = {
  "axe-core": "MPL-2.0, the rules of the accessibility tests, used unchanged and not shipped",
  "@axe-core/playwright": "MPL-2.0, runs axe-core in the tests' browser, used unchanged and not shipped",
  lightningcss: "MPL-2.0, a tool of the tests' bundler, used unchanged",
  elkjs: "EPL-2.0, a library used unchanged",
  "seq-queue": "MIT by its licence file, which its manifest does not name",
  "@img/sharp-libvips": "LGPL-3.0, a shared library that Next can load for images, which this console does not serve",
};

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: unknown;
}

/** True for a licence of the list, or a choice of which one is of the list (SPDX expressions). */
export function isAllowedLicence(licence: string): boolean {
  const plain = licence.replaceAll(/[()]/g, " ").trim();
  if (/\sOR\s/i.test(plain)) return plain.split(/\sOR\s/i).some((part) => isAllowedLicence(part));
  return plain.split(/\sAND\s/i).every((part) => allowed.has(part.trim()));
}

/** Installed packages whose licence is not of the list, one sentence each. */
export async function licenceProblems(directory: string): Promise<string[]> {
  const problems: string[] = [];
  for (const path of await readdir(directory, { recursive: true })) {
    // A package is node_modules/<name> or node_modules/@<scope>/<name>, itself or inside of another.
    if (!/(^|node_modules\/)(@[^/]+\/)?[^/@][^/]*\/package\.json$/.test(path)) continue;
    const manifest = JSON.parse(await readFile(join(directory, path), "utf8")) as Manifest;
    if (manifest.name === undefined || manifest.version === undefined) continue;
    const licence = typeof manifest.license === "string" ? manifest.license : "none named";
    const isLooked = Object.keys(looked).some((name) => manifest.name?.startsWith(name));
    if (!isLooked && !isAllowedLicence(licence)) problems.push(`${manifest.name} ${manifest.version}: ${licence}`);
  }
  return problems.sort();
}

if (import.meta.main) {
  const problems = await licenceProblems(join(projectDirectory, "node_modules"));
  process.stdout.write(problems.length === 0 ? "Every installed package has a licence of the list.\n" : `Look at these licences, then at platform/licences.ts:\n${problems.join("\n")}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
