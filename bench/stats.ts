import { chosenNames, positiveNumber, readOptions } from "./options.ts";
import { report } from "./report.ts";
import { history } from "./stats/history.ts";
import { sampling } from "./stats/sampling.ts";
import { supportDesk } from "./stats/support-desk.ts";

// Numbers of addresses: charts among many addresses with a week of history and the room that history takes (`history`); passes over
// many queues and links, what they take from a running create, and metrics of each address beside Debian's rabbitmq-server where it
// is installed (`sampling`); the support desk over the addresses of all tenants (`desk`). On the test platform (npm run platform --
// --profile test), in databases of its own.
const values = readOptions({
  json: { type: "boolean", default: false }, addresses: { type: "string", default: "10000" }, links: { type: "string", default: "2000" },
  all: { type: "string", default: "100000" }, connections: { type: "string", default: "10000" }, only: { type: "string" },
});
const addresses = positiveNumber("addresses", values.addresses);
const links = positiveNumber("links", values.links);
const all = positiveNumber("all", values.all);
const connections = positiveNumber("connections", values.connections);
const cases = { history: () => history(addresses), sampling: () => sampling(addresses, links), desk: () => supportDesk(all, connections) } as const;
for (const name of chosenNames(values.only, Object.keys(cases) as (keyof typeof cases)[])) for (const measurement of await cases[name]()) report(measurement, values.json);
