import { PrismaPg } from "@prisma/adapter-pg";
import { demoPeople } from "./demo-people.ts";
import { PrismaClient } from "./generated/client.ts";

const demoTenants = [
  { slug: "acme", name: "Acme" },
  { slug: "globex", name: "Globex" },
] as const;

/**
 * Makes the demo tenants, each with one space and its people's memberships, in a database that has no tenant yet; else
 * does nothing, so that what a person deleted stays deleted. All or nothing.
 * @param provisionerDatabaseUrl URL with the role `postroom_provisioner`, plans seeded.
 */
export async function makeDemoTenants(provisionerDatabaseUrl: string): Promise<void> {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: provisionerDatabaseUrl, max: 1 }) });
  try {
    await prisma.$transaction(async (transaction) => {
      if ((await transaction.tenant.count()) > 0) return;
      for (const { slug, name } of demoTenants) {
        const people = demoPeople.filter((person) => person.tenant === slug);
        const tenant = await transaction.tenant.create({ data: { slug, name } });
        await transaction.membership.createMany({
          data: people.map((person) => ({ tenantId: tenant.id, userId: person.id, email: person.email, role: person.role })),
        });
        await transaction.addressSpace.create({
          data: { tenantId: tenant.id, slug: "default", name: "Default", planId: "team", createdBy: "postroom" },
        });
      }
    });
  } finally {
    await prisma.$disconnect();
  }
}
