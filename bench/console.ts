import { readPlatformFile, type PlatformFile } from "#platform/platform-file.ts";
import { join } from "node:path";
import { measureFinishToActive } from "./console/finish-to-active.ts";
import { measureFirstLoad } from "./console/first-load.ts";
import { readOptions } from "./options.ts";
import { report } from "./report.ts";
import { Installation } from "./start/installation.ts";

const addressCount = 50;
const loadCount = 9;
const transferBudgetKilobytes = 600;
const listBudgetMs = 1_500;
const activeP50BudgetMs = 300;
const activeP95BudgetMs = 1_000;

/** The value below which this share of the values lies. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

// The console in a real Chromium: first load of the address list with an empty cache and a warm server; and from the wizard's
// last call to the pushed phase Active. In a fresh copy of this checkout, or with --state on an installation that runs.
const values = readOptions({ json: { type: "boolean", default: false }, state: { type: "string" } });
await using installation = values.state === undefined ? await Installation.make() : undefined;
await installation?.start();
const stateDirectory = values.state ?? join(installation?.directory ?? "", ".postroom");
const platform: PlatformFile | undefined = await readPlatformFile(stateDirectory);
if (platform === undefined) throw new Error(`There is no platform.json in ${stateDirectory}.`);

const loads = await measureFirstLoad(platform, loadCount);
const transferred = percentile(loads.map(({ transferredBytes }) => transferredBytes), 0.5) / 1000;
report({ case: "first load of the address list, transferred", value: transferred, unit: "kB", budget: transferBudgetKilobytes }, values.json);
report({ case: "address list on screen, empty cache, p50", value: percentile(loads.map(({ listMs }) => listMs), 0.5), unit: "ms", budget: listBudgetMs }, values.json);

const toActiveMs = await measureFinishToActive(platform, addressCount);
report({ case: `Finish to Active, p50 of ${addressCount} addresses`, value: percentile(toActiveMs, 0.5), unit: "ms", budget: activeP50BudgetMs }, values.json);
report({ case: `Finish to Active, p95 of ${addressCount} addresses`, value: percentile(toActiveMs, 0.95), unit: "ms", budget: activeP95BudgetMs }, values.json);
