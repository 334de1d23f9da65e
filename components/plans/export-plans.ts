import { type CsvColumn, exportCsv, type Exported } from "#components/table/export-rows.ts";
import type { Outputs } from "#components/trpc/client.ts";

type SpacePlan = Outputs["plans"]["listManaged"]["spacePlans"][number];
type AddressPlan = Outputs["plans"]["listManaged"]["addressPlans"][number];
type Plan = Pick<SpacePlan & AddressPlan, "id" | "name" | "description" | "isRetired" | "users" | "behind" | "version">;

const first: readonly CsvColumn<Plan>[] = [
  { title: "Id", value: ({ id }) => id },
  { title: "Name", value: ({ name }) => name },
  { title: "Description", value: ({ description }) => description },
];
const last: readonly CsvColumn<Plan>[] = [
  { title: "Used by", value: ({ users }) => users },
  { title: "Behind its version", value: ({ behind }) => behind },
  { title: "Version", value: ({ version }) => version },
  { title: "Retired", value: ({ isRetired }) => (isRetired ? "yes" : "no") },
];
const spaceColumns: readonly CsvColumn<SpacePlan>[] = [
  ...first,
  { title: "Addresses", value: ({ maxAddresses }) => maxAddresses },
  { title: "Stored bytes in all", value: ({ maxStoredBytes }) => maxStoredBytes },
  { title: "Connections", value: ({ maxConnections }) => maxConnections },
  { title: "Credentials", value: ({ maxCredentials }) => maxCredentials },
  { title: "Address plans", value: ({ addressPlanIds }) => addressPlanIds.join(" ") },
  ...last,
];
const addressColumns: readonly CsvColumn<AddressPlan>[] = [
  ...first,
  { title: "Type", value: ({ type }) => type },
  { title: "Stored bytes", value: ({ storedBytes }) => storedBytes },
  { title: "Bytes of one message", value: ({ maxMessageBytes }) => maxMessageBytes },
  { title: "Time to live at most, ms", value: ({ maxTimeToLiveMs }) => maxTimeToLiveMs },
  { title: "Delivery attempts", value: ({ maxDeliveryAttempts }) => maxDeliveryAttempts },
  { title: "Consumers", value: ({ maxConsumers }) => maxConsumers },
  { title: "When full", value: ({ whenFull }) => whenFull },
  ...last,
];

/** Saves the space plans of the installation. */
export function exportSpacePlans(plans: readonly SpacePlan[]): Promise<Exported> {
  return exportCsv("space-plans", spaceColumns, [plans]);
}

/** Saves the address plans of the installation. */
export function exportAddressPlans(plans: readonly AddressPlan[]): Promise<Exported> {
  return exportCsv("address-plans", addressColumns, [plans]);
}
