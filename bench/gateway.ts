import { Bed } from "./gateway/bed.ts";
import { withoutAutogroups } from "./gateway/cores.ts";
import { endings } from "./gateway/endings.ts";
import { requestReplyLatency } from "./gateway/latency.ts";
import { plainLogins } from "./gateway/logins.ts";
import { managementQuery } from "./gateway/management.ts";
import { idleMemory } from "./gateway/memory.ts";
import { noisyNeighbour } from "./gateway/noisy-neighbour.ts";
import { anycastThroughput, multicastThroughput, queueThroughput, rawThroughput } from "./gateway/throughput.ts";
import { chosenNames, positiveNumber, readOptions } from "./options.ts";
import { report } from "./report.ts";

// Memory comes first, on a gateway that is still at rest.
const cases = {
  memory: idleMemory,
  queue: queueThroughput,
  anycast: anycastThroughput,
  raw: rawThroughput,
  multicast: multicastThroughput,
  latency: requestReplyLatency,
  logins: plainLogins,
  endings,
  management: managementQuery,
  noisy: noisyNeighbour,
} as const;

const values = readOptions({
  json: { type: "boolean", default: false },
  rounds: { type: "string", default: "5" },
  seconds: { type: "string", default: "3" },
  only: { type: "string" },
  attack: { type: "string", default: "" },
});
const rounds = { count: positiveNumber("rounds", values.rounds), seconds: positiveNumber("seconds", values.seconds), attack: values.attack };
const wanted = chosenNames(values.only, Object.keys(cases) as (keyof typeof cases)[]);

await measure(wanted.filter((name) => name !== "noisy"));
if (wanted.includes("noisy")) {
  await using _ = await withoutAutogroups();
  await measure(["noisy"]);
}

async function measure(names: readonly (keyof typeof cases)[]): Promise<void> {
  if (names.length === 0) return;
  await using bed = await Bed.make();
  for (const name of names) for (const measurement of await cases[name](bed, rounds)) report(measurement, values.json);
}
