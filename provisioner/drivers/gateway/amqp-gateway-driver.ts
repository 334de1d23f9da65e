import rhea from "rhea";
import { PostroomError, type ErrorCode } from "#contracts/errors.ts";
import { gatewayEntityTypes, type GatewayAddressStatistics, type GatewayCredentialUse, type GatewaySelf } from "#contracts/gateway-management.ts";
import { ManagementClient, type ManagementReply } from "../../amqp-management/management-client.ts";
import type { NamedEndpoint } from "../../env.ts";
import type { Limits } from "../../limits.ts";
import type { WorkWindow } from "../../work-window.ts";
import type { GatewayDriver, GatewayEntity, GatewayEntityKind } from "../gateway-driver.ts";
import type { PartEvents } from "../part.ts";
import { entityTypeOf, readAddressStatistics, readCredentialUse, readEntity, readSelf } from "./entity-map.ts";

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

  async closeConnections(tenantSlug: string, login: string, reason: string, window: WorkWindow): Promise<void> {
    const found = (await this.#queryAll(gatewayEntityTypes.connection, window)).filter((row) => row.login === login && String(row.space).startsWith(`${tenantSlug}.`));
    for (const { name } of found) await this.#call("DELETE", gatewayEntityTypes.connection, String(name), { reason }, window, [notFound]);
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
    const all: Record<string, unknown>[] = [];
    for (;;) {
      const reply = await this.#request({ operation: "QUERY", entityType, offset: rhea.types.wrap_long(all.length), count: rhea.types.wrap_long(pageRows) }, {}, window);
      this.#check(reply, `QUERY of ${entityType}`, []);
      const { attributeNames, results } = reply.body as { attributeNames: string[]; results: unknown[][] };
      for (const row of results) all.push(Object.fromEntries(attributeNames.map((name, index) => [name, row[index]])));
      if (results.length < pageRows) return all;
    }
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
