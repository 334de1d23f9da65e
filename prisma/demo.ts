import { PrismaPg } from "@prisma/adapter-pg";
import { insertTenant } from "./add-tenant.ts";
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
        const members = people.map(({ id, email, role }) => ({ userId: id, email, role }));
        await insertTenant(transaction, { slug, name, members });
      }
    });
  } finally {
    await prisma.$disconnect();
  }
}
