import type { WorkWindow } from "../../work-window.ts";
import type { AddressClass, BrokerAddress, BrokerDriver, StoredAddress } from "../broker-driver.ts";
import type { PartEvents } from "../part.ts";
import { FakePart } from "./fake-part.ts";

/** A broker in memory. */
export class FakeBroker extends FakePart implements BrokerDriver {
  readonly name: string;
  readonly #addresses = new Map<string, BrokerAddress>();
  readonly #classes = new Map<string, string>();
  readonly #spaces = new Set<string>();

  constructor(name: string, events: PartEvents = {}) {
    super(`the broker ${name}`, events);
    this.name = name;
  }

  ensureAddress({ brokerAddress, type, space, addressClass, ownLimits }: StoredAddress, window: WorkWindow): Promise<void> {
    return this.act(brokerAddress, window, () => {
      this.#classes.set(addressClass.classId, JSON.stringify(addressClass));
      this.#spaces.add(space);
      const maxConsumers = type === "queue" ? (ownLimits ?? addressClass).maxConsumers : undefined;
      if (this.#addresses.get(brokerAddress)?.maxConsumers !== maxConsumers || !this.#addresses.has(brokerAddress)) this.changes++;
      this.#addresses.set(brokerAddress, { brokerAddress, type, maxConsumers, messages: 0 });
    });
  }

  removeAddress(brokerAddress: string, window: WorkWindow): Promise<void> {
    return this.act(brokerAddress, window, () => {
      if (this.#addresses.delete(brokerAddress)) this.changes++;
    });
  }

  removeSpace(space: string, window: WorkWindow): Promise<void> {
    return this.act(space, window, () => void this.#spaces.delete(space));
  }

  repairClass(addressClass: AddressClass, window: WorkWindow): Promise<boolean> {
    return this.act(addressClass.classId, window, () => {
      const wanted = JSON.stringify(addressClass);
      const isWrong = this.#classes.get(addressClass.classId) !== wanted;
      this.#classes.set(addressClass.classId, wanted);
      return isWrong;
    });
  }

  repairSpace(space: string, window: WorkWindow): Promise<boolean> {
    return this.act(space, window, () => {
      const isWrong = !this.#spaces.has(space);
      this.#spaces.add(space);
      return isWrong;
    });
  }

  listAddresses(window: WorkWindow): Promise<BrokerAddress[]> {
    return this.act("", window, () => [...this.#addresses.values()]);
  }
}
