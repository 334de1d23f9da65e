import { parseArgs } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import { slugSchema } from "#contracts/naming.ts";
import { type Prisma, PrismaClient } from "./generated/client.ts";

/** A tenant to be made: its people are known by their Keycloak subject. */
export interface NewTenant {
  readonly slug: string;
  readonly name: string;
  readonly members: readonly { readonly userId: string; readonly email: string; readonly role: string }[];
}

/** Makes a tenant with its first space, `default`, of the space plan `team`, and its members, in the caller's transaction. */
export async function insertTenant(transaction: Prisma.TransactionClient, { slug, name, members }: NewTenant): Promise<void> {
  const tenant = await transaction.tenant.create({ data: { slug, name } });
  await transaction.membership.createMany({ data: members.map((member) => ({ tenantId: tenant.id, ...member })) });
  await transaction.addressSpace.create({
    data: { tenantId: tenant.id, slug: "default", name: "Default", planId: "team", createdBy: "postroom" },
  });
}

const usage =
  "Usage: DATABASE_URL=<as postroom_provisioner> npm run add-tenant -- --slug acme --name Acme --admin-email owner@acme.example --admin-id <id of that person in Keycloak>";

/** `npm run add-tenant`: an operator's way to the first tenant and its first admin. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { slug: { type: "string" }, name: { type: "string" }, "admin-email": { type: "string" }, "admin-id": { type: "string" } },
  });
  const { slug, name, "admin-email": email, "admin-id": userId } = values;
  const connectionString = process.env.DATABASE_URL;
  if (!connectionString || !slug || !name || !email || !userId) throw new Error(usage);
  const checked = slugSchema.safeParse(slug);
  if (!checked.success) throw new Error(`The slug ${slug} cannot be used: ${checked.error.issues[0]?.message}`);
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString, max: 1 }) });
  try {
    await prisma.$transaction(async (transaction) => {
      if ((await transaction.tenant.count({ where: { slug } })) > 0) throw new Error(`There is already a tenant ${slug}; choose another slug.`);
      await insertTenant(transaction, { slug, name, members: [{ userId, email, role: "tenant-admin" }] });
    });
  } finally {
    await prisma.$disconnect();
  }
  process.stdout.write(`Tenant ${slug} is there, with the space default; ${email} is its tenant-admin.\n`);
}

if (import.meta.main) {
  await main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
