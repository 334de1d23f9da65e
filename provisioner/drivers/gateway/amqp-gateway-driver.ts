import rhea from "rhea";
import { PostroomError, type ErrorCode } from "#contracts/errors.ts";
import { gatewayEntityTypes, type GatewayAddressAnswer, type GatewayAddressRequest, type GatewayAddressStatistics, type GatewayClientEvent, type GatewayCredentialUse, type GatewaySelf } from "#contracts/gateway-management.ts";
import { ManagementClient, type ManagementReply } from "../../amqp-management/management-client.ts";
import type { NamedEndpoint } from "../../env.ts";
import type { Limits } from "../../limits.ts";
import type { WorkWindow } from "../../work-window.ts";
import type { ConnectionsOfLogin, GatewayClients, GatewayDriver, GatewayEntity, GatewayEntityKind, JournalPlace } from "../gateway-driver.ts";
import type { PartEvents } from "../part.ts";
import { entityTypeOf, readAddressRequests, readAddressStatistics, readClientEvents, readConnections, readCredentialUse, readEntity, readLinks, readSelf } from "./entity-map.ts";

const notFound = 404;

/** A real gateway, driven through its `$management` node as contracts/gateway-management.ts says. */
export class AmqpGatewayDriver implements GatewayDriver {
  readonly name: string;
  readonly title: string;
  readonly #client: ManagementClient;
  readonly #limits: Limits;

  constructor(endpoint: NamedEndpoint, limits: Limits, events: PartEvents = {}) {
    this.name = endpoint.name;
    this.title = `the gateway ${endpoint.name}`;
    this.#limits = limits;
    this.#client = new ManagementClient({
      endpoint,
      node: "$management",
      peer: this.title,
      limits: limits.management,
      onConnected: events.onConnected,
      onDisconnected: events.onDisconnected,
    });
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  get reason(): string | undefined {
    return this.#client.reason;
  }

  start(): void {
    this.#client.start();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async upsert({ kind, ...attributes }: GatewayEntity, window: WorkWindow): Promise<void> {
    await this.#call("CREATE", entityTypeOf[kind], attributes.name, toAmqpMap(attributes), window);
  }

  async remove(kind: GatewayEntityKind, name: string, generation: number, window: WorkWindow): Promise<void> {
    await this.#call("DELETE", entityTypeOf[kind], name, toAmqpMap({ generation }), window, [notFound]);
  }

  async list(kind: GatewayEntityKind, window: WorkWindow): Promise<GatewayEntity[]> {
    const rows = await this.#queryAll(entityTypeOf[kind], window);
    return rows.map((row) => this.#read(() => readEntity(kind, row)));
  }

  async listCredentialUse(window: WorkWindow): Promise<GatewayCredentialUse[]> {
    const rows = await this.#queryAll(gatewayEntityTypes.credentialUse, window);
    return rows.map((row) => this.#read(() => readCredentialUse(row)));
  }

  async readStatistics(window: WorkWindow): Promise<GatewayAddressStatistics[]> {
    const rows = await this.#queryAll(gatewayEntityTypes.addressStatistics, window, this.#limits.statistics.pageAddresses);
    return this.#read(() => readAddressStatistics(rows));
  }

  async readClients(window: WorkWindow): Promise<GatewayClients> {
    const { pageRows } = this.#limits.clients;
    const { rows: connectionRows, incarnation } = await this.#pages(gatewayEntityTypes.connection, window, pageRows);
    const { rows: linkRows, incarnation: ofLinks } = await this.#pages(gatewayEntityTypes.link, window, pageRows);
    if (incarnation !== ofLinks) throw new PostroomError({ code: "unavailable", message: `The gateway ${this.name} started anew while it was read.` });
    return this.#read(() => {
      const connections = readConnections(connectionRows);
      const numbers = new Set(connections.map(({ name }) => name));
      return { incarnation, connections, links: readLinks(linkRows).filter(({ connection }) => numbers.has(connection)) };
    });
  }

  async readClientEvents({ incarnation: known, sequence }: JournalPlace, window: WorkWindow): Promise<{ incarnation: string; events: GatewayClientEvent[] }> {
    const { rows, incarnation } = await this.#page(gatewayEntityTypes.clientEvent, sequence, this.#limits.clients.pageEvents, window, { incarnation: known });
    return this.#read(() => ({ incarnation, events: readClientEvents(rows) }));
  }

  async closeConnection(incarnationStart: string, number: number, reason: string, window: WorkWindow): Promise<void> {
    // Numbers begin anew with each start: what was asked to be closed is gone then.
    if (!(await this.self(window)).incarnation.startsWith(incarnationStart)) return;
    await this.#call("DELETE", gatewayEntityTypes.connection, String(number), { reason }, window, [notFound]);
  }

  async closeConnections({ tenantSlug, login, loginSession = "" }: ConnectionsOfLogin, reason: string, window: WorkWindow): Promise<void> {
    const all = await this.#queryAll(gatewayEntityTypes.connection, window);
    // A connection that names no login session may be of this one.
    const found = all.filter((row) => row.login === login && String(row.space).startsWith(`${tenantSlug}.`) && (loginSession === "" || (row.loginSession ?? "") === "" || row.loginSession === loginSession));
    for (const { name } of found) await this.#call("DELETE", gatewayEntityTypes.connection, String(name), { reason }, window, [notFound]);
  }

  async nextAddressRequests(after: number, waitMs: number, window: WorkWindow): Promise<GatewayAddressRequest[]> {
    const question = { operation: "QUERY", entityType: gatewayEntityTypes.addressRequest, after: rhea.types.wrap_long(after), waitMs: rhea.types.wrap_long(waitMs) };
    const reply = await this.#client.request(question, {}, { ...window, timeoutMs: waitMs + this.#limits.management.requestMs });
    this.#check(reply, "QUERY of requests", []);
    const { attributeNames, results } = reply.body as { attributeNames: string[]; results: unknown[][] };
    return this.#read(() => readAddressRequests(results.map((row) => Object.fromEntries(attributeNames.map((name, index) => [name, row[index]])))));
  }

  async answerAddressRequest(name: string, answer: GatewayAddressAnswer, window: WorkWindow): Promise<void> {
    await this.#call("DELETE", gatewayEntityTypes.addressRequest, name, answer, window, [notFound]);
  }

  async countLinks(addressName: string, window: WorkWindow): Promise<number> {
    const reply = await this.#call("READ", gatewayEntityTypes.address, addressName, {}, window, [notFound]);
    const { producers = 0, consumers = 0 } = (reply.body ?? {}) as { producers?: number; consumers?: number };
    return producers + consumers;
  }

  async self(window: WorkWindow): Promise<GatewaySelf> {
    const reply = await this.#call("READ", gatewayEntityTypes.gateway, "self", {}, window);
    return this.#read(() => readSelf(reply.body));
  }

  async setSynchronized(window: WorkWindow): Promise<void> {
    await this.#call("UPDATE", gatewayEntityTypes.gateway, "self", { synchronized: true }, window);
  }

  /** All entities of a type, page by page. */
  async #queryAll(entityType: string, window: WorkWindow, pageRows = this.#limits.gateways.pageRows): Promise<Record<string, unknown>[]> {
    return (await this.#pages(entityType, window, pageRows)).rows;
  }

  /** As {@link #queryAll}, with the incarnation that answered. @throws PostroomError `unavailable` when the gateway started anew meanwhile */
  async #pages(entityType: string, window: WorkWindow, pageRows: number): Promise<{ rows: Record<string, unknown>[]; incarnation: string }> {
    const { rows, incarnation } = await this.#page(entityType, 0, pageRows, window);
    for (let isLast = rows.length < pageRows; !isLast; ) {
      const next = await this.#page(entityType, rows.length, pageRows, window);
      if (next.incarnation !== incarnation) throw new PostroomError({ code: "unavailable", message: `The gateway ${this.name} started anew while it was read.` });
      for (const row of next.rows) rows.push(row);
      isLast = next.rows.length < pageRows;
    }
    return { rows, incarnation };
  }

  async #page(entityType: string, offset: number, count: number, window: WorkWindow, body: object = {}): Promise<{ rows: Record<string, unknown>[]; incarnation: string }> {
    const reply = await this.#request({ operation: "QUERY", entityType, offset: rhea.types.wrap_long(offset), count: rhea.types.wrap_long(count) }, body, window);
    this.#check(reply, `QUERY of ${entityType}`, []);
    const { attributeNames, results, incarnation } = reply.body as { attributeNames: string[]; results: unknown[][]; incarnation: string };
    return { rows: results.map((row) => Object.fromEntries(attributeNames.map((name, index) => [name, row[index]]))), incarnation };
  }

  async #call(operation: string, type: string, name: string, body: object, window: WorkWindow, tolerated: number[] = []): Promise<ManagementReply> {
    const reply = await this.#request({ operation, type, name }, body, window);
    this.#check(reply, `${operation} of ${name}`, tolerated);
    return reply;
  }

  #request(applicationProperties: Record<string, unknown>, body: object, window: WorkWindow): Promise<ManagementReply> {
    return this.#client.request(applicationProperties, body, window);
  }

  #check(reply: ManagementReply, what: string, tolerated: number[]): void {
    const status = Number(reply.applicationProperties.statusCode);
    if ((status >= 200 && status < 300) || tolerated.includes(status)) return;
    const codes: Record<number, ErrorCode> = { 400: "invalid-input", 404: "not-found", 409: "conflict", 429: "rate-limited", 503: "unavailable" };
    const description = String(reply.applicationProperties.statusDescription ?? "no reason given");
    throw new PostroomError({ code: codes[status] ?? "internal", message: `The gateway ${this.name} refused ${what} (${status}): ${description}` });
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw new PostroomError({ code: "internal", message: `The gateway ${this.name} answered in a form that this version does not know.` }, { cause: error });
    }
  }
}

/** Numbers as longs: rhea would send a whole number as an int or a double, depending on its size. */
function toAmqpMap(attributes: object): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === "number" ? rhea.types.wrap_long(value) : value]),
  );
}
