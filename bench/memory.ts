import { setTimeout as delay } from "node:timers/promises";
import { readOptions } from "./options.ts";
import { report } from "./report.ts";
import { Installation } from "./start/installation.ts";

const budgetMebibytes = 450;
/** At rest: after the garbage of starting has had time to be collected. */
const restSeconds = 60;

// Resident memory of our three processes at rest, in a fresh copy of this checkout.
const { json: asJson } = readOptions({ json: { type: "boolean", default: false } });
await using installation = await Installation.make();
await installation.start();
await delay(restSeconds * 1000);
let total = 0;
for (const name of ["console", "provisioner", "gateway"] as const) {
  const value = await installation.residentMebibytes(name);
  total += value;
  report({ case: `${name} at rest`, value, unit: "MiB" }, asJson);
}
report({ case: "console, provisioner and gateway at rest", value: total, unit: "MiB", budget: budgetMebibytes }, asJson);
