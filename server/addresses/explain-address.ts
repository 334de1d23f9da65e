import { calmSentence, explainAddress } from "#contracts/addresses/explain-address.ts";
import { causes, isTrouble, type Explanation, type TroubledAddress } from "#contracts/addresses/explanation.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { findTroubleCandidates, readAddressFacts, type PlacedFacts } from "./explanation-queries.ts";
import { requireAddress } from "./get-address.ts";

/** Most candidates of a kind that the overview of a space looks at. */
const candidatesPerKind = 50;

/** Why messages of the address do not flow, or wait, from what is known now. @throws PostroomError `not-found` */
export function explainOneAddress(ctx: SpaceContext, { name }: { name: string }): Promise<Explanation> {
  return ctx.inTenant(async (client) => {
    const { id } = await requireAddress(client, ctx, name);
    const [facts] = await readAddressFacts(client, [id]);
    if (facts === undefined) return { findings: [], calm: "The first numbers come within seconds.", at: new Date().toISOString() };
    return { findings: explainAddress(facts), calm: calmSentence(facts), at: new Date().toISOString() };
  });
}

/** Addresses of the space that are in trouble, the weightiest causes first; `total` counts those among the first candidates. */
export function listTroubleOfSpace(ctx: SpaceContext, { limit }: { limit: number }): Promise<{ items: TroubledAddress[]; total: number; isWhole: boolean }> {
  return ctx.inTenant(async (client) => {
    const { ids, isWhole } = await findTroubleCandidates(client, { spaceId: ctx.space.id, search: "" }, candidatesPerKind);
    const items = troubledOf(await readAddressFacts(client, ids));
    return { items: items.slice(0, limit), total: items.length, isWhole };
  });
}

/** Those that are in trouble, the weightiest cause first, then what most wait at. */
export function troubledOf(facts: readonly PlacedFacts[]): TroubledAddress[] {
  return facts
    .map(({ tenant, space, name, type, numbers, lost, ...others }) => ({
      tenant, space, name, type, depth: lost === null ? (numbers?.depth ?? null) : null,
      findings: explainAddress({ name, type, numbers, lost, ...others }).filter(({ cause }) => isTrouble(cause)),
    }))
    .filter(({ findings }) => findings.length > 0)
    .sort((one, other) => weightOf(one) - weightOf(other) || (other.depth ?? 0) - (one.depth ?? 0) || (one.name < other.name ? -1 : 1));
}

function weightOf({ findings }: TroubledAddress): number {
  return causes.indexOf(findings[0]?.cause ?? "nothing-sent");
}
