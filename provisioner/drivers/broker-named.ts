import { PartAwayError } from "../part-away-error.ts";
import type { BrokerDriver } from "./broker-driver.ts";

/** @throws PartAwayError for a broker that the configuration does not name, or an address that is not placed yet */
export function brokerNamed(name: string | null, brokers: readonly BrokerDriver[]): BrokerDriver {
  const broker = brokers.find((candidate) => candidate.name === name);
  if (!broker) throw new PartAwayError(`the broker ${name ?? ""}`, "is not in the configuration of the provisioner");
  return broker;
}
