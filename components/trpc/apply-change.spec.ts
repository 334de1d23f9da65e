import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { createTRPCClient } from "@trpc/client";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { describe, expect, it } from "vitest";
import type { Phase } from "#contracts/phases.ts";
import type { AppRouter } from "#server/trpc/app-router.ts";
import { applyChange } from "./apply-change.ts";
import type { Outputs } from "./client.ts";

type Credential = Outputs["credentials"]["list"][number];

const scope = { tenant: "acme", space: "default" };

function credentialIn(phase: Phase): Credential {
  return { name: "shop", login: "acme.default.shop", permissions: [], phase, reason: null, generation: 1, createdAt: new Date().toISOString(), createdBy: "owner" } as unknown as Credential;
}

/** A cache that shows the credentials of a space, whose answers come when the test lets them. */
function showCredentials() {
  const queryClient = new QueryClient();
  const trpc = createTRPCOptionsProxy<AppRouter>({ client: createTRPCClient<AppRouter>({ links: [] }), queryClient });
  const queryKey = trpc.credentials.list.queryKey(scope);
  const answers: ((rows: Credential[]) => void)[] = [];
  const asked = () => new Promise<Credential[]>((resolve) => answers.push(resolve));
  const observer = new QueryObserver<Credential[]>(queryClient, { queryKey, queryFn: asked, staleTime: Number.POSITIVE_INFINITY });
  const stop = observer.subscribe(() => undefined);
  return {
    apply: (change: Parameters<typeof applyChange>[3]) => applyChange(queryClient, trpc, scope, change),
    answers,
    phase: () => observer.getCurrentResult().data?.map(({ phase }) => phase),
    /** Resolves when as many answers have been asked for. */
    untilAsked: (times: number) => expect.poll(() => answers.length, { timeout: 20_000 }).toBe(times),
    until: (phase: Phase) => expect.poll(() => observer.getCurrentResult().data?.[0]?.phase, { timeout: 20_000 }).toBe(phase),
    [Symbol.dispose]: () => {
      stop();
      queryClient.clear();
    },
  };
}

describe("a change pushed while the first answer is under way", () => {
  it("is not lost, although that answer was read before it", async () => {
    using shown = showCredentials();
    shown.apply({ noun: "credential", name: "shop", resource: credentialIn("Active") });
    shown.answers[0]?.([credentialIn("Configuring")]);
    await shown.untilAsked(2);
    shown.answers[1]?.([credentialIn("Active")]);
    await shown.until("Active");
  });

  it("asks once more, however many come, so that a screen under a bulk job is shown at all", async () => {
    using shown = showCredentials();
    for (let index = 0; index < 100; index++) shown.apply({ noun: "credential", name: `other-${index}`, resource: null });
    shown.answers[0]?.([credentialIn("Configuring")]);
    await shown.until("Configuring");
    await shown.untilAsked(2);
    shown.answers[1]?.([credentialIn("Active")]);
    await shown.until("Active");
    expect(shown.answers).toHaveLength(2);
  });

  it("is not lost when all that came was that something may have been missed", async () => {
    using shown = showCredentials();
    shown.apply({ noun: "resync" });
    shown.answers[0]?.([credentialIn("Configuring")]);
    await shown.untilAsked(2);
    shown.answers[1]?.([credentialIn("Active")]);
    await shown.until("Active");
  });
});

describe("numbers that are pushed", () => {
  const id = "0195c000-0000-7000-8000-000000000001";
  const statisticsOf = (depth: number) => ({ addressId: id, depth }) as unknown as Outputs["addresses"]["list"]["statistics"][number];

  it("change in place, and never make an answer count as fresh that is to be asked for again", async () => {
    const queryClient = new QueryClient();
    const trpc = createTRPCOptionsProxy<AppRouter>({ client: createTRPCClient<AppRouter>({ links: [] }), queryClient });
    const queryKey = trpc.addresses.get.queryKey({ ...scope, name: "orders" });
    queryClient.setQueryData(queryKey, { id, name: "orders", statistics: null } as unknown as Outputs["addresses"]["get"]);
    applyChange(queryClient, trpc, scope, { noun: "statistics", resources: [statisticsOf(3)] });
    expect(queryClient.getQueryData(queryKey)).toMatchObject({ name: "orders", statistics: { depth: 3 } });
    await queryClient.invalidateQueries({ queryKey, refetchType: "none" });
    applyChange(queryClient, trpc, scope, { noun: "statistics", resources: [statisticsOf(4)] });
    expect(queryClient.getQueryState(queryKey)?.isInvalidated).toBe(true);
    queryClient.clear();
  });
});

const addressIn = (phase: Phase) => ({ id: "1", name: "orders", phase, generation: 1, createdAt: new Date(0).toISOString() }) as unknown as Outputs["addresses"]["list"]["items"][number];

describe("an address that is pushed", () => {
  it("changes its row in place, and never makes a list count as fresh that is to be asked for again", async () => {
    const queryClient = new QueryClient();
    const trpc = createTRPCOptionsProxy<AppRouter>({ client: createTRPCClient<AppRouter>({ links: [] }), queryClient });
    const list = trpc.addresses.list.queryKey({ ...scope, sort: "name" });
    queryClient.setQueryData(list, { items: [addressIn("Pending")], statistics: [], total: 1 } as unknown as Outputs["addresses"]["list"]);
    await queryClient.invalidateQueries({ queryKey: list, refetchType: "none" });
    applyChange(queryClient, trpc, scope, { noun: "address", name: "orders", resource: addressIn("Active") });
    expect(queryClient.getQueryData(list)).toMatchObject({ items: [{ phase: "Active" }] });
    expect(queryClient.getQueryState(list)?.isInvalidated).toBe(true);
    queryClient.clear();
  });
});
