import { maxListedTrouble, type ListedTrouble, type ListTrouble } from "#contracts/support/support.ts";
import type { Cause } from "#contracts/addresses/explanation.ts";
import { troubledOf } from "../addresses/explain-address.ts";
import { findTroubleCandidates, readAddressFacts } from "../addresses/explanation-queries.ts";
import { readLostSources } from "../addresses/statistics-queries.ts";
import type { PlatformContext } from "../trpc/procedures.ts";
import { countAddressesOn } from "./queries.ts";

/** Most candidates of a kind of trouble that one call looks at. */
const candidatesPerKind = 150;

/** Addresses of all tenants that are in trouble now, with why. */
export function listTrouble(ctx: PlatformContext, { search, cause }: ListTrouble): Promise<ListedTrouble> {
  return ctx.services.database.withSupport(ctx.person.userId, async (client) => {
    const { ids, isWhole } = await findTroubleCandidates(client, { search }, candidatesPerKind);
    const facts = await readAddressFacts(client, ids);
    // Said once for the part, and not for each address.
    const found = troubledOf(facts.map((each) => (each.lost === null ? each : { ...each, lost: null, numbers: null })));
    const counts: Partial<Record<Cause, number>> = {};
    for (const { findings } of found) for (const finding of findings) counts[finding.cause] = (counts[finding.cause] ?? 0) + 1;
    const wanted = cause.length === 0 ? found : found.filter(({ findings }) => findings.some((finding) => cause.includes(finding.cause)));
    const lost = await readLostSources(client);
    const parts = await Promise.all(
      [...lost].filter(([source]) => source.startsWith("broker:") || source === "gateways").map(async ([source, since]) => {
        const name = source.startsWith("broker:") ? source.slice("broker:".length) : "";
        return { part: name === "" ? ("gateways" as const) : ("broker" as const), name, since: since.toISOString(), addresses: await countAddressesOn(client, name === "" ? undefined : name) };
      }),
    );
    return { items: wanted.slice(0, maxListedTrouble), causes: counts, parts, isWhole: isWhole && wanted.length <= maxListedTrouble };
  });
}
