import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import { type GatewayClientEvent, gatewayEntityTypes } from "#contracts/gateway-management.ts";
import { condition } from "../amqp/codes.ts";
import { Encoded, ValueWriter, type Writable } from "../amqp/value-writer.ts";
import type { AddressRequests } from "../directory/address-requests.ts";
import type { Directory } from "../directory/directory.ts";
import type { ClientConnection } from "../entrance/client-connection.ts";
import type { ClientJournal } from "../journal/client-journal.ts";
import { answerAddressRequests } from "./address-request-operations.ts";
import { addressStatisticsView, addressView, connectionView, credentialUseView, credentialView, type EntityView, hasStatistics, linkView, spaceView } from "./entity-views.ts";
import type { RequestMessage } from "./message.ts";
import { done, ManagementError, type ManagementReply, refusal } from "./reply.ts";

/** Rows of a QUERY that are encoded before traffic gets its turn. */
const rowsPerSlice = 100;

const maxEventsPerPage = 5000;
/** How long a credential is listed as in use after its last connection ended. */
const recentUseMs = 300_000;

const generation = z.int().min(0);
const spaceSchema = z.object({ generation, maxConnections: z.int().min(0), isClosed: z.boolean().default(false), autoCreatePatterns: z.array(z.string().max(254)).max(100).default([]) });
const addressSchema = z.object({
  generation,
  addressType: z.enum(["queue", "topic", "subscription", "anycast", "multicast"]),
  brokerAddress: z.string().max(1000),
  broker: z.string().max(100),
  maxMessageBytes: z.int().min(1),
  maxConsumers: z.int().min(0),
});
const credentialSchema = z.object({
  generation,
  space: z.string().min(1),
  permissions: z.array(z.object({ operations: z.array(z.string()).max(2), pattern: z.string().max(254) })).max(100),
  previousSecretHash: z.string().max(100).default(""),
  previousSecretUntilMs: z.int().min(0).default(0),
});
const selfSchema = z.object({ synchronized: z.boolean() });

interface Kind {
  all(): Iterable<unknown>;
  /** One page of a QUERY, where that is not a part of {@link all}. */
  page?(offset: number, count: number, body: unknown): { readonly page: readonly unknown[]; readonly total: number };
  find(name: string): unknown;
  view(entity: never): EntityView;
  generationOf?(entity: never): number;
  /** @returns true when the entity is new */
  put?(name: string, body: unknown): boolean;
  remove?(entity: never, body: unknown): void;
}

export interface GatewayState {
  readonly directory: Directory;
  readonly requests: AddressRequests;
  readonly connections: ReadonlySet<ClientConnection>;
  readonly journal: ClientJournal;
  /** Told once, when the provisioner has told everything. */
  onSynchronized(): void;
}

/** What can be done over `$management`, by entity type. */
export class ManagementOperations {
  readonly #incarnation = randomUUID();
  readonly #state: GatewayState;
  readonly #kinds: ReadonlyMap<string, Kind>;
  #isSynchronized = false;

  constructor(state: GatewayState) {
    this.#state = state;
    this.#kinds = new Map<string, Kind>([
      [gatewayEntityTypes.space, this.#spaces()],
      [gatewayEntityTypes.address, this.#addresses()],
      [gatewayEntityTypes.addressStatistics, this.#addressStatistics()],
      [gatewayEntityTypes.credential, this.#credentials()],
      [gatewayEntityTypes.credentialUse, this.#credentialUse()],
      [gatewayEntityTypes.connection, this.#connections()],
      [gatewayEntityTypes.link, this.#links()],
      [gatewayEntityTypes.clientEvent, this.#clientEvents()],
    ]);
  }

  get isSynchronized(): boolean {
    return this.#isSynchronized;
  }

  /** Answers a request, whatever it is; never rejects. */
  async answer(request: RequestMessage): Promise<ManagementReply> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof ManagementError) return refusal(error);
      if (error instanceof z.ZodError) return refusal(new ManagementError(400, z.prettifyError(error)));
      if (error instanceof RangeError) return refusal(new ManagementError(400, error.message));
      return refusal(new ManagementError(500, "The gateway failed to carry this out."));
    }
  }

  async #answer({ applicationProperties, body }: RequestMessage): Promise<ManagementReply> {
    const operation = text(applicationProperties, "operation");
    const type = text(applicationProperties, operation === "QUERY" ? "entityType" : "type");
    const content = plain(body);
    if (type === gatewayEntityTypes.addressRequest) {
      const asked = { name: applicationProperties.get("name"), after: whole(applicationProperties, "after", 0), waitMs: whole(applicationProperties, "waitMs", 0) };
      return answerAddressRequests(this.#state.requests, operation, asked, content);
    }
    if (type === gatewayEntityTypes.gateway) return this.#self(operation, content);
    const kind = this.#kinds.get(type);
    if (kind === undefined) throw new ManagementError(400, `Entity type ${type} is not known.`);
    if (operation === "QUERY") return this.#query(kind, whole(applicationProperties, "offset", 0), whole(applicationProperties, "count", Number.MAX_SAFE_INTEGER), content);
    const offered = operation === "READ" || (operation === "DELETE" && kind.remove !== undefined) || ((operation === "CREATE" || operation === "UPDATE") && kind.put !== undefined);
    if (!offered) throw new ManagementError(501, `${operation} is not offered for ${type}.`);
    const name = text(applicationProperties, "name");
    const entity = kind.find(name);
    if (entity === undefined && operation !== "CREATE") throw new ManagementError(404, `There is no ${type} ${name}.`);
    if (operation === "READ") return done(200, "OK", kind.view(entity as never));
    checkGeneration(kind, entity, content);
    if (operation === "DELETE") {
      kind.remove?.(entity as never, content);
      return done(204, "No Content");
    }
    const isNew = kind.put?.(name, operation === "CREATE" ? content : { ...(kind.view(entity as never) as object), ...(content as object) });
    return done(isNew ? 201 : 200, isNew ? "Created" : "OK", kind.view(kind.find(name) as never));
  }

  #self(operation: string, body: unknown): ManagementReply {
    if (operation === "UPDATE") {
      const { synchronized } = selfSchema.parse(body);
      if (synchronized && !this.#isSynchronized) {
        this.#isSynchronized = true;
        this.#state.onSynchronized();
      }
    } else if (operation !== "READ" && operation !== "QUERY") {
      throw new ManagementError(501, `${operation} is not offered for the gateway.`);
    }
    return done(200, "OK", { name: "self", incarnation: this.#incarnation, synchronized: this.#isSynchronized });
  }

  async #query(kind: Kind, offset: number, count: number, content: unknown): Promise<ManagementReply> {
    const { page, total } = kind.page?.(offset, count, content) ?? pageOf([...kind.all()], offset, count);
    let attributeNames: string[] = [];
    const rows: Encoded[] = [];
    for (let start = 0; start < page.length; start += rowsPerSlice) {
      const writer = new ValueWriter();
      const slice = page.slice(start, start + rowsPerSlice);
      for (const entity of slice) {
        const view = kind.view(entity as never);
        // Rows of one kind may have come to be in different ways, and so with their attributes in another order.
        if (attributeNames.length === 0) attributeNames = Object.keys(view);
        writer.write(attributeNames.map((name) => view[name] ?? null));
      }
      rows.push(new Encoded(writer.bytes()));
      if (start + rowsPerSlice < page.length) await nextTurn();
    }
    const body = new ValueWriter().write(
      new Map<string, Writable>([["attributeNames", attributeNames], ["results", new EncodedItems(rows, page.length)], ["total", total], ["incarnation", this.#incarnation]]),
    );
    return { status: 200, description: "OK", body: new Encoded(body.bytes()) };
  }

  // ---- the entity types

  #spaces(): Kind {
    const { directory } = this.#state;
    return {
      all: () => directory.spaces.values(),
      find: (name) => directory.spaces.get(name),
      view: spaceView,
      generationOf: ({ generation: held }: { generation: number }) => held,
      put: (name, body) => directory.putSpace({ name, ...spaceSchema.parse(body) }),
      remove: (space) => directory.deleteSpace(space),
    };
  }

  #addresses(): Kind {
    const { directory } = this.#state;
    return {
      all: () => directory.addresses.values(),
      find: (name) => directory.addresses.get(name),
      view: addressView,
      generationOf: ({ settings }: { settings: { generation: number } }) => settings.generation,
      put: (name, body) => directory.putAddress({ name, ...addressSchema.parse(body) }),
      remove: (address) => directory.deleteAddress(address),
    };
  }

  #addressStatistics(): Kind {
    const { directory } = this.#state;
    return {
      all: () => [...directory.addresses.values()].filter(hasStatistics),
      find: (name) => directory.addresses.get(name),
      view: addressStatisticsView,
    };
  }

  #credentials(): Kind {
    const { directory } = this.#state;
    return {
      all: () => directory.credentials.values(),
      find: (name) => directory.credentials.get(name),
      view: credentialView,
      generationOf: ({ settings }: { settings: { generation: number } }) => settings.generation,
      put: (name, body) => directory.putCredential({ name, ...credentialSchema.parse(body) }),
      remove: (credential) => directory.deleteCredential(credential),
    };
  }

  #credentialUse(): Kind {
    const { credentials } = this.#state.directory;
    return {
      all: () => [...credentials.values()].filter(({ members, lastUsedMs }) => members.size > 0 || Date.now() - lastUsedMs < recentUseMs),
      find: (name) => credentials.get(name),
      view: credentialUseView,
    };
  }

  #connections(): Kind {
    const { connections } = this.#state;
    const known = (): ClientConnection[] => [...connections].filter(({ identity }) => identity !== null);
    return {
      all: known,
      find: (name) => known().find(({ amqp }) => String(amqp.number) === name),
      view: connectionView,
      remove: (connection: ClientConnection, body) => connection.close({ condition: condition.connectionForced, description: reasonOf(body) }),
    };
  }

  #clientEvents(): Kind {
    const { journal } = this.#state;
    return {
      all: () => [],
      page: (offset, count, body) => {
        const isOurs = (body as { incarnation?: unknown }).incarnation === this.#incarnation;
        const page = journal.after(isOurs ? offset : 0, Math.min(count, maxEventsPerPage));
        return { page, total: journal.newest };
      },
      find: () => undefined,
      view: (event: GatewayClientEvent) => ({ ...event }),
    };
  }

  #links(): Kind {
    const { connections } = this.#state;
    function* all(): Generator<{ connection: ClientConnection; link: ReturnType<ClientConnection["links"]> extends Generator<infer L> ? L : never }> {
      for (const connection of connections) for (const link of connection.links()) yield { connection, link };
    }
    type Row = ReturnType<typeof all> extends Generator<infer R> ? R : never;
    return {
      all,
      find: (name) => [...all()].find(({ link }) => String(link.number) === name),
      view: ({ connection, link }: Row) => linkView(connection, link),
      remove: ({ link }: Row, body) => link.close({ condition: condition.detachForced, description: reasonOf(body) }),
    };
  }
}

/** Rows that were encoded slice by slice, as one list. */
class EncodedItems extends Encoded {
  constructor(slices: readonly Encoded[], count: number) {
    const header = Buffer.allocUnsafe(9);
    const bytes = slices.reduce((sum, slice) => sum + slice.bytes.length, 0);
    header[0] = 0xd0;
    header.writeUInt32BE(bytes + 4, 1);
    header.writeUInt32BE(count, 5);
    super(Buffer.concat([header, ...slices.map((slice) => slice.bytes)]));
  }
}

function pageOf(entities: readonly unknown[], offset: number, count: number): { page: readonly unknown[]; total: number } {
  return { page: entities.slice(offset, offset + count), total: entities.length };
}

function checkGeneration(kind: Kind, entity: unknown, body: unknown): void {
  if (entity === undefined || kind.generationOf === undefined) return;
  const asked = (body as { generation?: unknown }).generation;
  const held = kind.generationOf(entity as never);
  if (typeof asked === "number" && asked < held) throw new ManagementError(409, `Generation ${asked} is older than ${held}, which is held here.`);
}

function reasonOf(body: unknown): string {
  const { reason } = body as { reason?: unknown };
  return typeof reason === "string" && reason !== "" ? reason : "Closed by the operator.";
}

function text(properties: ReadonlyMap<unknown, unknown>, key: string): string {
  const value = properties.get(key);
  if (typeof value !== "string" || value === "") throw new ManagementError(400, `The request needs ${key}, a string.`);
  return value;
}

function whole(properties: ReadonlyMap<unknown, unknown>, key: string, absent: number): number {
  const value = properties.get(key);
  if (value === undefined || value === null) return absent;
  if (typeof value !== "number" || value < 0) throw new ManagementError(400, `${key} is a whole number from 0 on.`);
  return value;
}

/** Decoded maps as objects, so that schemas can read them. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  if (Array.isArray(value)) return value.map(plain);
  return value ?? {};
}
