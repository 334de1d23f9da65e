import { parseArgs } from "node:util";
import { randomFrom } from "../testing/random.ts";
import { openWorkWindow } from "../work-window.ts";
import { startFaultBed } from "./fault-bed.ts";
import { fillKeptQueues, scenarios } from "./scenarios.ts";

// The full fault run, on the parts of the test platform and an Artemis, gateway and provisioner of its own:
// `node provisioner/faults/run.ts [--seed N] [--only kills,brokerKills,…] [--provisioner-kills 200] [--broker-kills 50] [--changes 2000] [--space-addresses 10000]`.
// What must hold after each scenario: converged within 30 s; Postgres, broker and gateway equal; no message lost; a second pass changes nothing.
const withinSeconds = 30;
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string", default: Object.keys(scenarios).join(",") },
    "provisioner-kills": { type: "string", default: "200" },
    "broker-kills": { type: "string", default: "50" },
    changes: { type: "string", default: "2000" },
    "space-addresses": { type: "string", default: "10000" },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seed = Number(values.seed);
say(`seed ${seed}`);
const options = { random: randomFrom(seed), provisionerKills: Number(values["provisioner-kills"]), brokerKills: Number(values["broker-kills"]), changes: Number(values.changes), spaceAddresses: Number(values["space-addresses"]), say };

await using bed = await startFaultBed();
const messages = await fillKeptQueues(bed);
let failures = 0;
for (const name of values.only.split(",") as (keyof typeof scenarios)[]) {
  const startedAt = performance.now();
  try {
    await scenarios[name](bed, options);
    const seconds = await bed.converged();
    await bed.secondPass();
    const left = (await bed.broker.listAddresses(openWorkWindow(30_000))).reduce((sum, { messages: count }) => sum + count, 0);
    if (left !== messages) throw new Error(`${left} of ${messages} messages are left.`);
    if (seconds > withinSeconds) throw new Error(`It took ${seconds.toFixed(1)} s to converge.`);
    say(`${name}: held; converged in ${seconds.toFixed(1)} s, ${bed.wanted.size} addresses, ${messages} messages, in all ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  } catch (error) {
    failures++;
    say(`${name}: FAILED with seed ${seed}: ${(error as Error).message}`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
