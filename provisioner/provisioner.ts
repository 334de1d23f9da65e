import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Health } from "#contracts/health.ts";
import { AutoCreator } from "./auto-create/auto-creator.ts";
import { UnusedAddresses } from "./auto-create/unused-addresses.ts";
import { CredentialExpiry } from "./credentials/credential-expiry.ts";
import { CredentialLogins } from "./credentials/credential-logins.ts";
import { CredentialUse } from "./credentials/credential-use.ts";
import { openDatabase } from "./database.ts";
import { DriftLoop } from "./drift/drift-loop.ts";
import { noteDrift } from "./drift/queries.ts";
import { ArtemisDriver } from "./drivers/artemis/artemis-driver.ts";
import type { BrokerDriver } from "./drivers/broker-driver.ts";
import type { GatewayDriver } from "./drivers/gateway-driver.ts";
import { AmqpGatewayDriver } from "./drivers/gateway/amqp-gateway-driver.ts";
import type { IdentityDriver } from "./drivers/identity-driver.ts";
import { Mailer } from "./drivers/mail/mailer.ts";
import { KeycloakAdmin } from "./drivers/keycloak/keycloak-admin.ts";
import { KeycloakDriver } from "./drivers/keycloak/keycloak-driver.ts";
import { KeycloakPeople } from "./drivers/keycloak-people/keycloak-people.ts";
import type { PartEvents } from "./drivers/part.ts";
import type { PeopleDriver } from "./drivers/people-driver.ts";
import type { Env } from "./env.ts";
import { GatewayFleet } from "./gateways/gateway-fleet.ts";
import { GatewayLink } from "./gateways/gateway-link.ts";
import { desiredRowPages } from "./gateways/queries.ts";
import { startHealthServer } from "./health-server.ts";
import { limits as shippedLimits, type Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import { openDatabase as openTenantDatabase } from "#server/db/database.ts";
import { InquiryLoop } from "./messages/inquiry-loop.ts";
import { doAddressPart, type AddressOperationKind } from "./operations/address-operations.ts";
import { doConnectionPart } from "./operations/connection-operations.ts";
import { doMessagePart } from "./operations/message-operations.ts";
import { OperationLoop, type PartWork } from "./operations/operation-loop.ts";
import { auditEntriesOf, idempotencyKeys, RowRetention } from "./row-retention.ts";
import { PeopleLoop } from "./people/people-loop.ts";
import { PlatformRoles } from "./people/platform-roles.ts";
import { TestSessionWatch } from "./people/test-session-watch.ts";
import { TenantDeletion } from "./tenants/tenant-deletion.ts";
import { metricsText } from "./metrics.ts";
import { ChangeListener } from "./reconcile/change-listener.ts";
import { pingDatabase } from "./reconcile/queries.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import { readAddressMetrics } from "./statistics/address-metrics.ts";
import { StatisticsSampler } from "./statistics/sampler.ts";
import { openWorkWindow } from "./work-window.ts";

/** Makes the drivers; tests put fakes in the place of some. */
export interface DriverFactory {
  readonly brokers: (events: (name: string) => PartEvents) => BrokerDriver[];
  readonly gateways: (events: (name: string) => PartEvents) => GatewayDriver[];
  readonly identity: (events: PartEvents) => IdentityDriver;
  readonly people: () => PeopleDriver;
}

export interface ProvisionerOptions {
  readonly env: Env;
  readonly log: Log;
  readonly limits?: Limits;
  readonly drivers?: Partial<DriverFactory>;
}

/** A provisioner that runs. */
export interface Provisioner {
  readonly healthPort: number;
  readonly reconciler: Reconciler;
  readonly drift: DriftLoop;
  readonly sampler: StatisticsSampler;
  readonly unusedAddresses: UnusedAddresses;
  readonly testSessions: TestSessionWatch;
  readonly credentialLogins: CredentialLogins;
  readonly links: readonly GatewayLink[];
  health(): Promise<Health["parts"]>;
  /** Ends everything within the limits; what is under way is finished or given back. */
  stop(): Promise<void>;
}

/** What drives the real parts that the configuration names. */
export function realDrivers(env: Env, limits: Limits): DriverFactory {
  const keycloak = { url: env.KEYCLOAK_URL, realm: env.KEYCLOAK_REALM, clientId: env.KEYCLOAK_CLIENT_ID, clientSecret: env.KEYCLOAK_CLIENT_SECRET };
  return {
    brokers: (events) => env.BROKER_URLS.map((endpoint) => new ArtemisDriver(endpoint, limits, events(endpoint.name))),
    gateways: (events) => env.GATEWAY_MANAGEMENT_URLS.map((endpoint) => new AmqpGatewayDriver(endpoint, limits, events(endpoint.name))),
    identity: (events) => new KeycloakDriver(keycloak, limits, events),
    people: () => new KeycloakPeople(new KeycloakAdmin(keycloak, limits)),
  };
}

/**
 * Starts a provisioner. Parts that are away do not keep it from starting: their work waits, with a reason.
 * @throws Error when the health port cannot be listened on
 */
export async function startProvisioner({ env, log, limits = shippedLimits, drivers }: ProvisionerOptions): Promise<Provisioner> {
  const make = { ...realDrivers(env, limits), ...drivers };
  const database = openDatabase(env.DATABASE_URL, limits.database, (error) => log.warn({ error: error.message }, "a database connection broke"));

  const brokers = make.brokers((name) => ({
    onConnected: () => {
      const driver = brokers.find((each) => each.name === name);
      if (!driver) return;
      log.info({ broker: name }, "broker connected");
      void reconciler.onPartBack(driver.title);
      void drift.compareBroker(driver);
    },
    onDisconnected: (reason) => log.warn({ broker: name, reason }, "broker lost"),
  }));
  const gatewayDrivers = make.gateways((name) => ({
    onConnected: () => {
      const link = links.find(({ driver }) => driver.name === name);
      if (!link) return;
      log.info({ gateway: name }, "gateway connected");
      link.onConnected();
      void reconciler.onGatewayBack(link.driver.title);
    },
    onDisconnected: (reason) => links.find(({ driver }) => driver.name === name)?.onDisconnected(reason),
  }));
  const identity = make.identity({
    onConnected: () => {
      log.info("Keycloak answers");
      peopleLoop.wake();
      void reconciler.onPartBack(identity.title);
    },
    onDisconnected: (reason) => log.warn({ reason }, "Keycloak lost"),
  });

  const pages = desiredRowPages(database, limits.gateways.pageRows);
  const links = gatewayDrivers.map((driver) => new GatewayLink(driver, pages, limits, log, (repaired) => noteDrift(database, `gateway:${driver.name}`, { repaired })));
  const claimedBy = `${hostname()}/${process.pid}/${randomUUID()}`;
  const gateways = new GatewayFleet(gatewayDrivers);
  const reconciler = new Reconciler({ database, brokers, capacities: env.BROKER_CAPACITIES, gateways, identity, sealingKey: env.SEALING_PRIVATE_KEY_FILE, claimedBy, limits, log });
  const drift = new DriftLoop({ database, brokers, links, limits, log, onUnsettled: () => reconciler.wake("address") });
  const people = make.people();
  const peopleLoop = new PeopleLoop({
    database,
    people,
    mailer: new Mailer(env, limits.mail),
    sealingKey: env.SEALING_PRIVATE_KEY_FILE,
    closeTestSessions: (tenantSlug, email, window) => gateways.closeConnections({ tenantSlug, login: email }, "Your access to this tenant has ended or was changed.", window),
    claimedBy,
    limits,
    log,
  });
  const testSessions = new TestSessionWatch({ database, people, gateways, limits: limits.testSessions, log });
  const platformRoles = new PlatformRoles({ database, people, limits, log });
  const tenantDatabase = openTenantDatabase({ url: env.DATABASE_URL, poolSize: limits.operations.atOnce + limits.autoCreate.atOnce, log });
  const addressPart: PartWork = (operation) => doAddressPart(tenantDatabase, operation as typeof operation & { kind: AddressOperationKind }, limits.reconcile.claimMs);
  const messagePart: PartWork = (operation, window) => doMessagePart({ database, tenantDatabase, brokers, limits }, operation, window);
  const connectionPart: PartWork = (operation, window) => doConnectionPart({ tenantDatabase, gateways: gatewayDrivers, limits }, operation, window);
  const operations = new OperationLoop({
    database,
    tenantDatabase,
    work: { "create-addresses": addressPart, "delete-addresses": addressPart, "change-plan": addressPart, "purge-messages": messagePart, "retry-dead-letters": messagePart, "close-connections": connectionPart },
    claimedBy,
    limits,
    log,
  });
  const autoCreator = new AutoCreator({ database, tenantDatabase, gateways: gatewayDrivers, limits: limits.autoCreate, log, onCreated: () => reconciler.wake("address") });
  const unusedAddresses = new UnusedAddresses({ database, gateways: gatewayDrivers, limits: limits.unusedAddresses, log, onEnded: () => reconciler.wake("address") });
  const inquiries = new InquiryLoop({ database, brokers, claimedBy, limits, log });
  const expiry = new CredentialExpiry(database, limits.credentialExpiry, log, () => reconciler.wake("credential"));
  const credentialUse = new CredentialUse(database, gateways, limits.credentialUse, log);
  const credentialLogins = new CredentialLogins({ database, identity, gateways, limits: limits.credentialLogins, log });
  const tenantDeletion = new TenantDeletion(database, limits.tenantDeletion, log, () => reconciler.wake("address_space"));
  const sampler = new StatisticsSampler({ database, brokers, gateways: gatewayDrivers, holder: claimedBy, intervalMs: env.STATISTICS_INTERVAL_SECONDS * 1000, limits, log });
  const retentions = [auditEntriesOf(env.AUDIT_RETENTION_DAYS), idempotencyKeys].map((kept) => new RowRetention(database, kept, limits.rowRetention, log));
  const listener = new ChangeListener({
    databaseUrl: env.DATABASE_URL,
    limits: limits.database,
    log,
    onChange: (notice) => {
      reconciler.onChange(notice);
      peopleLoop.onChange(notice);
      operations.onChange(notice);
      autoCreator.onChange(notice);
      inquiries.onChange(notice);
    },
    onListening: () => {
      reconciler.wakeAll();
      peopleLoop.wake();
      operations.wake();
      inquiries.wake();
    },
  });

  const health = async (): Promise<Health["parts"]> => {
    const parts: Record<string, { ok: boolean; reason?: string }> = {};
    parts.database = await pingDatabase(database).then(
      () => ({ ok: true }),
      (error: Error) => ({ ok: false, reason: error.message }),
    );
    for (const broker of brokers) parts[`broker:${broker.name}`] = { ok: broker.connected, reason: broker.reason };
    for (const { driver, synchronized } of links) {
      parts[`gateway:${driver.name}`] = { ok: synchronized, reason: driver.reason ?? (synchronized ? undefined : "is being told everything") };
    }
    parts.keycloak = { ok: identity.connected, reason: identity.reason };
    return parts;
  };
  const healthServer = await startHealthServer({ host: env.HEALTH_HOST, port: env.HEALTH_PORT, limits: limits.health, parts: health, metrics: () => metricsText({ reconciler, drift, links, brokers, sampler }), addressMetrics: (filter) => readAddressMetrics(database, filter) });

  const stopping = new AbortController();
  const probe = () => void identity.probe(openWorkWindow(limits.keycloak.requestMs, stopping.signal));
  const probing = setInterval(probe, limits.keycloak.probeMs);
  probe();
  for (const part of [...brokers, ...gatewayDrivers, identity]) part.start();
  listener.start();
  reconciler.start();
  drift.start();
  peopleLoop.start();
  testSessions.start();
  platformRoles.start();
  operations.start();
  inquiries.start();
  for (const retention of retentions) retention.start();
  expiry.start();
  credentialUse.start();
  credentialLogins.start();
  tenantDeletion.start();
  sampler.start();
  autoCreator.start();
  unusedAddresses.start();

  return {
    healthPort: healthServer.port,
    reconciler,
    drift,
    sampler,
    unusedAddresses,
    testSessions,
    credentialLogins,
    links,
    health,
    stop: async () => {
      clearInterval(probing);
      stopping.abort();
      await listener.close();
      await Promise.all([reconciler.stop(limits.shutdown.graceMs), peopleLoop.stop(limits.shutdown.graceMs), testSessions.close(), platformRoles.close(), operations.stop(), inquiries.stop(), ...retentions.map((retention) => retention.close()), expiry.close(), credentialUse.close(), credentialLogins.close(), tenantDeletion.close(), autoCreator.close(), unusedAddresses.close(), sampler.close(), drift.close(), ...links.map((link) => link.close())]);
      await Promise.all([...brokers, ...gatewayDrivers, identity].map((part) => part.close()));
      await Promise.all([healthServer.close(), database.end(), tenantDatabase.close()]);
    },
  };
}
