import { readOptions } from "./options.ts";
import { report } from "./report.ts";
import { Installation } from "./start/installation.ts";

const coldBudgetSeconds = 180;
const warmBudgetSeconds = 30;
const stopBudgetSeconds = 20;

// Cold and warm `npm start` in a fresh copy of this checkout, until the console answers. Packages come from the caches of
// npm and Maven as far as those have them.
const { json: asJson } = readOptions({ json: { type: "boolean", default: false } });
await using installation = await Installation.make();
const cold = await installation.start();
if (!asJson) console.log(cold.output);
report({ case: "cold npm start, packages cached", value: cold.seconds, unit: "s", budget: coldBudgetSeconds }, asJson);
report({ case: "Ctrl-C until all is stopped", value: await installation.stop(), unit: "s", budget: stopBudgetSeconds }, asJson);
const warm = await installation.start();
if (!asJson) console.log(warm.output);
report({ case: "warm npm start", value: warm.seconds, unit: "s", budget: warmBudgetSeconds }, asJson);
