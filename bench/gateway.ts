import { parseArgs } from "node:util";
import { Bed } from "./gateway/bed.ts";
import { requestReplyLatency } from "./gateway/latency.ts";
import { plainLogins } from "./gateway/logins.ts";
import { isWithinBudget, type Measurement } from "./gateway/measurement.ts";
import { idleMemory } from "./gateway/memory.ts";
import { anycastThroughput, multicastThroughput, queueThroughput, rawThroughput } from "./gateway/throughput.ts";

// Memory comes first, on a gateway that is still at rest.
const cases = {
  memory: idleMemory,
  queue: queueThroughput,
  anycast: anycastThroughput,
  raw: rawThroughput,
  multicast: multicastThroughput,
  latency: requestReplyLatency,
  logins: plainLogins,
} as const;

const { values } = parseArgs({
  strict: false,
  options: { json: { type: "boolean" }, rounds: { type: "string", default: "5" }, seconds: { type: "string", default: "3" }, only: { type: "string" } },
});
const rounds = { count: Number(values.rounds), seconds: Number(values.seconds) };
const wanted = typeof values.only === "string" ? values.only.split(",") : Object.keys(cases);

function figure(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : value.toFixed(2);
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

await using bed = await Bed.make();
for (const [name, run] of Object.entries(cases)) if (wanted.includes(name)) for (const row of await run(bed, rounds)) print(row);
