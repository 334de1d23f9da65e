import type { TenantClient } from "../db/database.ts";
import type { TenantContext } from "../trpc/procedures.ts";

/** Notes that the caller's login has the test client open in the tenant, until then at the latest. */
export async function noteTestSession(client: TenantClient, { tenant, person }: TenantContext, endsAt: Date): Promise<void> {
  const key = { tenantId: tenant.id, userId: person.userId, loginSessionId: person.loginSessionId ?? "" };
  const { email } = person;
  await client.testSession.upsert({
    where: { tenantId_userId_loginSessionId: key },
    create: { ...key, email, endsAt },
    update: { email, openedAt: new Date(), endsAt },
  });
}
