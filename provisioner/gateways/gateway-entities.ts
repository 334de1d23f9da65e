import { isStored } from "#contracts/addresses/address-type.ts";
import { gatewayAddressName } from "#contracts/gateway-management.ts";
import type { GatewayEntity } from "../drivers/gateway-driver.ts";
import type { DesiredAddress, DesiredCredential, DesiredSpace } from "../reconcile/claimed-rows.ts";

const generationsPerMillisecond = 1024;

/**
 * Generation of a row for gateways, which drop what they delete and so cannot compare a new row with an old one of the same
 * name by its own generation: one made later is always higher. Stays below 2^53 until the year 2248.
 */
export function gatewayGeneration({ createdAtMs, generation }: { createdAtMs: number; generation: number }): number {
  return createdAtMs * generationsPerMillisecond + Math.min(generation, generationsPerMillisecond - 1);
}

export function spaceEntity(space: DesiredSpace): GatewayEntity {
  return { kind: "space", name: space.space, generation: gatewayGeneration(space), maxConnections: space.maxConnections, isClosed: space.isClosed, autoCreatePatterns: space.autoCreatePatterns };
}

export function addressEntity(address: DesiredAddress): GatewayEntity {
  const stored = isStored(address.type);
  return {
    kind: "address",
    name: gatewayAddressName(address.space, address.name),
    generation: gatewayGeneration(address),
    addressType: address.type,
    brokerAddress: stored ? address.brokerAddress : "",
    broker: stored ? (address.broker ?? "") : "",
    maxMessageBytes: address.limits.maxMessageBytes,
    maxConsumers: address.limits.maxConsumers,
  };
}

export function credentialEntity(credential: DesiredCredential): GatewayEntity {
  return {
    kind: "credential",
    name: credential.login,
    generation: gatewayGeneration(credential),
    space: credential.space,
    permissions: credential.permissions.map(({ operations, pattern }) => ({ operations, pattern })),
    previousSecretHash: credential.previousSecret?.hash ?? "",
    previousSecretUntilMs: credential.previousSecret?.untilMs ?? 0,
  };
}
