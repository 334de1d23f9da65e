import { PrismaPg } from "@prisma/adapter-pg";
import { addressTypes, hasStorageOfItsOwn, type AddressType } from "#contracts/addresses/address-type.ts";
import { PrismaClient } from "./generated/client.ts";
import type { AddressPlan as AddressPlanRow, SpacePlan as SpacePlanRow } from "./generated/client.ts";

type AddressPlan = Omit<AddressPlanRow, "version" | "retiredAt">;
type SpacePlan = Omit<SpacePlanRow, "version" | "retiredAt">;

const mebibyte = 1024 * 1024;
const dayMilliseconds = 86_400_000n;

interface Size {
  readonly id: "small" | "medium" | "large";
  readonly name: string;
  readonly storedMebibytes: number;
  readonly messageMebibytes: number;
  readonly timeToLiveDays: bigint;
  readonly deliveryAttempts: number;
  readonly consumers: number;
  readonly whenFull: "reject" | "page";
}

const sizes: readonly Size[] = [
  { id: "small", name: "Small", storedMebibytes: 10, messageMebibytes: 1, timeToLiveDays: 7n, deliveryAttempts: 5, consumers: 20, whenFull: "reject" },
  { id: "medium", name: "Medium", storedMebibytes: 100, messageMebibytes: 4, timeToLiveDays: 14n, deliveryAttempts: 10, consumers: 200, whenFull: "reject" },
  { id: "large", name: "Large", storedMebibytes: 1024, messageMebibytes: 16, timeToLiveDays: 30n, deliveryAttempts: 10, consumers: 2000, whenFull: "page" },
];

const descriptions: Record<Size["id"], { stored: string; others: string }> = {
  small: { stored: "For trying things out and for occasional messages.", others: "For a handful of programs." },
  medium: { stored: "For an application in daily use.", others: "For the programs of one application." },
  large: { stored: "For heavy load and long backlogs; what does not fit in memory goes to disk.", others: "For very many programs at once." },
};

function addressPlan(type: AddressType, size: Size, order: number): AddressPlan {
  const hasStorage = hasStorageOfItsOwn(type);
  return {
    id: `${type}-${size.id}`,
    classId: `${type[0]}${size.id[0]}`,
    type,
    name: size.name,
    description: hasStorage ? descriptions[size.id].stored : descriptions[size.id].others,
    order,
    storedBytes: hasStorage ? BigInt(size.storedMebibytes * mebibyte) : null,
    maxMessageBytes: size.messageMebibytes * mebibyte,
    defaultTimeToLiveMs: null,
    maxTimeToLiveMs: hasStorage ? size.timeToLiveDays * dayMilliseconds : null,
    maxDeliveryAttempts: hasStorage ? size.deliveryAttempts : null,
    maxConsumers: size.consumers,
    whenFull: hasStorage ? size.whenFull : null,
  };
}

/** The address plans that ship: three sizes for each type; class ids are two letters, for example `qs`. */
export const shippedAddressPlans: readonly AddressPlan[] = addressTypes.flatMap((type) =>
  sizes.map((size, index) => addressPlan(type, size, index + 1)),
);

function plansOfSizes(ids: readonly Size["id"][]): string[] {
  return addressTypes.flatMap((type) => ids.map((id) => `${type}-${id}`));
}

/** The space plans that ship. */
export const shippedSpacePlans: readonly SpacePlan[] = [
  {
    id: "starter",
    name: "Starter",
    description: "For a first project.",
    order: 1,
    maxAddresses: 10,
    maxStoredBytes: BigInt(100 * mebibyte),
    maxConnections: 20,
    maxCredentials: 5,
    addressPlanIds: plansOfSizes(["small"]),
  },
  {
    id: "team",
    name: "Team",
    description: "For the applications of one team.",
    order: 2,
    maxAddresses: 200,
    maxStoredBytes: BigInt(5 * 1024 * mebibyte),
    maxConnections: 500,
    maxCredentials: 50,
    addressPlanIds: plansOfSizes(["small", "medium"]),
  },
  {
    id: "business",
    name: "Business",
    description: "For the messaging of a whole company.",
    order: 3,
    maxAddresses: 5000,
    maxStoredBytes: BigInt(200 * 1024 * mebibyte),
    maxConnections: 10_000,
    maxCredentials: 1000,
    addressPlanIds: plansOfSizes(["small", "medium", "large"]),
  },
];

/**
 * Brings the shipped plans to what this version says. Idempotent; plans that somebody has changed in the console (their
 * version is above 1), and plans of the operator's own, are left alone.
 * @param provisionerDatabaseUrl URL with the role `postroom_provisioner`.
 */
export async function seedPlans(provisionerDatabaseUrl: string): Promise<void> {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: provisionerDatabaseUrl, max: 1 }) });
  try {
    await prisma.$transaction([
      prisma.addressPlan.createMany({ data: [...shippedAddressPlans], skipDuplicates: true }),
      prisma.spacePlan.createMany({ data: [...shippedSpacePlans], skipDuplicates: true }),
      ...shippedAddressPlans.map((plan) => prisma.addressPlan.updateMany({ where: { id: plan.id, version: 1 }, data: plan })),
      ...shippedSpacePlans.map((plan) => prisma.spacePlan.updateMany({ where: { id: plan.id, version: 1 }, data: plan })),
    ]);
  } finally {
    await prisma.$disconnect();
  }
}
