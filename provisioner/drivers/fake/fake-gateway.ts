import { randomUUID } from "node:crypto";
import { PostroomError } from "#contracts/errors.ts";
import type { GatewayAddressAnswer, GatewayAddressRequest, GatewayAddressStatistics, GatewayClientEvent, GatewayCredentialUse, GatewaySelf } from "#contracts/gateway-management.ts";
import type { WorkWindow } from "../../work-window.ts";
import type { ConnectionsOfLogin, GatewayClients, GatewayDriver, GatewayEntity, GatewayEntityKind, JournalPlace } from "../gateway-driver.ts";
import type { PartEvents } from "../part.ts";
import { FakePart } from "./fake-part.ts";

/** A gateway in memory. */
export class FakeGateway extends FakePart implements GatewayDriver {
  readonly name: string;
  readonly #entities = new Map<string, GatewayEntity>();
  #incarnation = randomUUID() as string;
  #synchronized = false;

  constructor(name: string, events: PartEvents = {}) {
    super(`the gateway ${name}`, events);
    this.name = name;
  }

  /** Forgets everything, as a gateway does that starts anew. */
  restart(): void {
    this.setConnected(false);
    this.#entities.clear();
    this.#incarnation = randomUUID();
    this.#synchronized = false;
    this.setConnected(true);
  }

  upsert(entity: GatewayEntity, window: WorkWindow): Promise<void> {
    return this.act(entity.name, window, () => {
      this.#refuseOlder(entity.kind, entity.name, entity.generation);
      this.#entities.set(keyOf(entity.kind, entity.name), structuredClone(entity));
      this.changes++;
    });
  }

  remove(kind: GatewayEntityKind, name: string, generation: number, window: WorkWindow): Promise<void> {
    return this.act(name, window, () => {
      this.#refuseOlder(kind, name, generation);
      if (this.#entities.delete(keyOf(kind, name))) this.changes++;
    });
  }

  list(kind: GatewayEntityKind, window: WorkWindow): Promise<GatewayEntity[]> {
    return this.act("", window, () => [...this.#entities.values()].filter((entity) => entity.kind === kind));
  }

  listCredentialUse(window: WorkWindow): Promise<GatewayCredentialUse[]> {
    return this.act("", window, () => []);
  }

  readStatistics(window: WorkWindow): Promise<GatewayAddressStatistics[]> {
    return this.act("", window, () => []);
  }

  readClients(window: WorkWindow): Promise<GatewayClients> {
    return this.act("", window, () => ({ incarnation: this.#incarnation, connections: [], links: [] }));
  }

  readClientEvents(_after: JournalPlace, window: WorkWindow): Promise<{ incarnation: string; events: readonly GatewayClientEvent[] }> {
    return this.act("", window, () => ({ incarnation: this.#incarnation, events: [] }));
  }

  closeConnection(_incarnationStart: string, _number: number, _reason: string, window: WorkWindow): Promise<void> {
    return this.act("", window, () => undefined);
  }

  async nextAddressRequests(_after: number, waitMs: number, window: WorkWindow): Promise<GatewayAddressRequest[]> {
    await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
    return this.act("", window, () => []);
  }

  answerAddressRequest(name: string, _answer: GatewayAddressAnswer, window: WorkWindow): Promise<void> {
    return this.act(name, window, () => undefined);
  }

  countLinks(addressName: string, window: WorkWindow): Promise<number> {
    return this.act(addressName, window, () => 0);
  }

  closeConnections({ login }: ConnectionsOfLogin, _reason: string, window: WorkWindow): Promise<void> {
    return this.act(login, window, () => undefined);
  }

  self(window: WorkWindow): Promise<GatewaySelf> {
    return this.act("", window, () => ({ name: "self", incarnation: this.#incarnation, synchronized: this.#synchronized }));
  }

  setSynchronized(window: WorkWindow): Promise<void> {
    return this.act("", window, () => {
      this.#synchronized = true;
    });
  }

  #refuseOlder(kind: GatewayEntityKind, name: string, generation: number): void {
    const held = this.#entities.get(keyOf(kind, name));
    if (held && held.generation > generation) {
      throw new PostroomError({ code: "conflict", message: `${this.title} holds a newer generation of ${name}.` });
    }
  }
}

function keyOf(kind: GatewayEntityKind, name: string): string {
  return `${kind} ${name}`;
}
