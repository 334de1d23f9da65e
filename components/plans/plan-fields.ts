import { addressTypes, hasStorageOfItsOwn, takesMessages } from "#contracts/addresses/address-type.ts";
import { type ManagedAddressPlan, type ManagedSpacePlan, saveAddressPlanSchema, saveSpacePlanSchema } from "#contracts/plans/manage-plans.ts";
import { fullPolicies } from "#contracts/plans/plan.ts";
import { formatBytes } from "#contracts/plans/quota-sentences.ts";
import { parseBytes } from "#components/feedback/bytes.ts";
import { durationText, parseDuration } from "#components/feedback/duration.ts";

export type PlanKind = "address-plan" | "space-plan";
export type ManagedPlan = ManagedAddressPlan | ManagedSpacePlan;
/** What stands in the editor's fields, by name. */
export type PlanTexts = Readonly<Record<string, string>>;

export interface PlanField {
  readonly name: string;
  readonly label: string;
  readonly reading: "text" | "number" | "bytes" | "duration" | "choice";
  readonly choices?: readonly string[];
  readonly help?: string;
  /** Shown for stored types only. */
  readonly isOfStored?: boolean;
  /** Shown only for types that take messages; what is kept for the others. */
  readonly valueOfReceivers?: number;
  /** Cannot be changed later. */
  readonly isFixed?: boolean;
}

const common: readonly PlanField[] = [
  { name: "id", label: "Id", reading: "text", isFixed: true, help: "For files and links, for example queue-huge. It cannot be changed later." },
  { name: "name", label: "Name", reading: "text" },
  { name: "description", label: "Description", reading: "text", help: "Who should take it, in one sentence." },
  { name: "order", label: "Order", reading: "number", help: "Place among the plans of its type, smallest first." },
];

/** Fields of the editor, in order. */
export const planFields: Record<PlanKind, readonly PlanField[]> = {
  "address-plan": [
    ...common,
    { name: "type", label: "Type", reading: "choice", choices: addressTypes, isFixed: true },
    { name: "storedBytes", label: "Stored messages", reading: "bytes", isOfStored: true, help: "In all, for example 100 MiB. Each address reserves as much of its space's quota." },
    { name: "maxMessageBytes", label: "One message", reading: "bytes", valueOfReceivers: 2 ** 30, help: "For example 1 MiB." },
    { name: "maxTimeToLiveMs", label: "Kept at most", reading: "duration", isOfStored: true, help: "For example 7d. Empty means no limit." },
    { name: "maxDeliveryAttempts", label: "Delivery attempts", reading: "number", isOfStored: true, help: "Before a message becomes a dead letter. Empty means no limit." },
    { name: "maxConsumers", label: "Consumers at the same time", reading: "number" },
    { name: "whenFull", label: "When full", reading: "choice", choices: fullPolicies, isOfStored: true },
  ],
  "space-plan": [
    ...common,
    { name: "maxAddresses", label: "Addresses", reading: "number" },
    { name: "maxStoredBytes", label: "Stored messages in all", reading: "bytes", help: "For example 5 GiB." },
    { name: "maxConnections", label: "Connections", reading: "number" },
    { name: "maxCredentials", label: "Credentials", reading: "number" },
  ],
};

export function isShown(field: PlanField, texts: PlanTexts): boolean {
  const type = addressTypes.find((each) => each === texts["type"]);
  if (type === undefined) return true;
  return (field.isOfStored !== true || hasStorageOfItsOwn(type)) && (field.valueOfReceivers === undefined || takesMessages(type));
}

/** The editor's texts for a plan, or for a new one. */
export function textsOf(kind: PlanKind, plan: ManagedPlan | undefined): PlanTexts {
  const values = (plan ?? (kind === "address-plan" ? { type: "queue", whenFull: "reject", order: 10 } : { order: 10 })) as unknown as Record<string, unknown>;
  return Object.fromEntries(
    planFields[kind].map(({ name, reading }) => {
      const value = values[name];
      if (value === null || value === undefined) return [name, ""];
      if (reading === "bytes") return [name, Number.isInteger(Number(value) / 1024) ? formatBytes(Number(value)) : String(value)];
      return [name, reading === "duration" ? durationText(Number(value)) : String(value)];
    }),
  );
}

/** What the texts ask for, or what is wrong, by field. */
export function readPlan(kind: PlanKind, texts: PlanTexts, more: { version: number | null; checkOnly: boolean; addressPlanIds: readonly string[] }) {
  const values: Record<string, unknown> = { ...more };
  for (const field of planFields[kind]) {
    const text = (texts[field.name] ?? "").trim();
    if (!isShown(field, texts)) values[field.name] = field.valueOfReceivers ?? null;
    else if (text === "" && field.reading !== "text") values[field.name] = null;
    else if (field.reading === "bytes") values[field.name] = parseBytes(text) ?? Number.NaN;
    else if (field.reading === "duration") values[field.name] = parseDuration(text) ?? Number.NaN;
    else values[field.name] = field.reading === "number" ? Number(text) : text;
  }
  const read = kind === "address-plan" ? { kind, ...saveAddressPlanSchema.safeParse(values) } : { kind, ...saveSpacePlanSchema.safeParse(values) };
  const errors = Object.fromEntries((read.error?.issues ?? []).map(({ path, message }) => [path.map(String).join("."), message]));
  return { read, errors };
}
