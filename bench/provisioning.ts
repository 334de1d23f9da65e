import { parseArgs } from "node:util";
import { isWithinBudget, type Measurement } from "./gateway/measurement.ts";
import { makeBed } from "./provisioning/bed.ts";
import { bulk, removal, restart, single, wiped } from "./provisioning/cases.ts";

const { values } = parseArgs({ strict: false, options: { json: { type: "boolean" }, count: { type: "string", default: "10000" }, only: { type: "string" } } });
const count = Number(values.count);

function figure(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : value.toFixed(value < 10 ? 2 : 1);
}

function print(row: Measurement): void {
  if (values.json) {
    console.log(JSON.stringify(row));
    return;
  }
  const peer = row.peer === undefined ? "" : `  peer ${figure(row.peer)}`;
  const ratio = row.ratio === undefined ? "" : `  ratio ${row.ratio.toFixed(2)}`;
  const budget = row.budget === undefined ? "" : `  budget ${row.judged ?? ""} ${figure(row.budget)} ${isWithinBudget(row) ? "kept" : "MISSED"}`;
  console.log(`${row.case.padEnd(70)} ${figure(row.value)} ${row.unit}${peer}${ratio}${budget}`);
}

await using bed = await makeBed();
// In this order: each case finds the addresses of those before it.
const cases = { single, bulk: (of: typeof bed) => bulk(of, count), restart, wiped, removal } as const;
const wanted = typeof values.only === "string" ? values.only.split(",") : Object.keys(cases);
for (const [name, run] of Object.entries(cases)) if (wanted.includes(name)) for (const row of await run(bed)) print(row);
