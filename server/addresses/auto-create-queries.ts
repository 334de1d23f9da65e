import type { AddressType } from "#contracts/addresses/address-type.ts";
import { addressNameKey } from "#contracts/addresses/address-name-key.ts";
import type { Phase } from "#contracts/phases.ts";
import type { TenantClient } from "../db/database.ts";

export interface NewAutoCreated {
  readonly name: string;
  readonly type: AddressType;
  readonly planId: string;
  /** The login that asked for it. */
  readonly createdBy: string;
  readonly autoCreateRuleId: string;
}

/** New rows in phase Pending. @returns their ids, by name */
export async function insertAutoCreated(client: TenantClient, owner: { tenantId: string; spaceId: string }, rows: readonly NewAutoCreated[]): Promise<ReadonlyMap<string, string>> {
  const data = rows.map((row) => ({ ...owner, ...row, nameKey: addressNameKey(row.name) }));
  const made = await client.address.createManyAndReturn({ data, select: { id: true, name: true } });
  return new Map(made.map(({ id, name }) => [name, id]));
}

/** What holds these names: id, name and phase, by the key under which names collide. */
export async function findHolders(client: TenantClient, spaceId: string, names: readonly string[]): Promise<ReadonlyMap<string, { id: string; name: string; phase: Phase }>> {
  const rows = await client.address.findMany({ where: { spaceId, nameKey: { in: names.map(addressNameKey) } }, select: { id: true, name: true, nameKey: true, phase: true } });
  return new Map(rows.map(({ nameKey, phase, ...row }) => [nameKey, { ...row, phase: phase as Phase }]));
}
