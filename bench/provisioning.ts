import { chosenNames, positiveNumber, readOptions } from "./options.ts";
import { makeBed } from "./provisioning/bed.ts";
import { autoCreate } from "./provisioning/auto-create.ts";
import { bulk, removal, restart, single, wiped } from "./provisioning/cases.ts";
import { report } from "./report.ts";

const values = readOptions({ json: { type: "boolean", default: false }, count: { type: "string", default: "10000" }, only: { type: "string" } });
const count = positiveNumber("count", values.count);
// In this order: each case finds the addresses of those before it.
const cases = { single, autoCreate, bulk, restart, wiped, removal } as const;
const wanted = chosenNames(values.only, Object.keys(cases) as (keyof typeof cases)[]);

await using bed = await makeBed();
for (const name of wanted) for (const measurement of await cases[name](bed, count)) report(measurement, values.json);
