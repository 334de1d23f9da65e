import { noOptions } from "#contracts/addresses/address-options.ts";
import { randomBytes } from "node:crypto";
import type { Client } from "pg";

export interface Scope {
  readonly tenant: string;
  readonly space: string;
}

/** Names and ids of things that exist in a space and its tenant. */
export interface Things {
  readonly address: string;
  readonly credential: string;
  /** One that could not be set up. */
  readonly failedCredential: string;
  /** Id of a connection. */
  readonly connection: string;
  /** Id of an auto-create rule. */
  readonly rule: string;
  /** Id of an operation under way. */
  readonly operation: string;
  /** Id of an active member, and of a disabled one. */
  readonly member: string;
  readonly disabledMember: string;
  /** Slugs of whole tenants: one that is open, suspended, and about to be deleted. */
  readonly openTenant: string;
  readonly suspendedTenant: string;
  readonly doomedTenant: string;
  /** Slug of another space of the tenant, to be deleted. */
  readonly doomedSpace: string;
}

/** A name that nothing has yet. */
export const fresh = (): string => `n${randomBytes(6).toString("hex")}`;

const unknownToken = "a".repeat(43);

/** A good input of each procedure. The isolation matrix fails for a procedure that is missing here. */
export const procedureInputs: Record<string, (scope: Scope, things: Things) => unknown> = {
  "session.get": () => undefined,
  "tenants.list": () => ({}),
  "tenants.getLoss": (_scope, { openTenant }) => ({ slug: openTenant }),
  "tenants.create": () => ({ slug: fresh(), name: "Made", maxSpaces: 3, spacePlanId: "team", admin: { email: `${fresh()}@people.test`, name: "Nina New" } }),
  "tenants.update": (_scope, { openTenant }) => ({ slug: openTenant, name: "Renamed", maxSpaces: 4, spacePlanId: "business" }),
  "tenants.suspend": (_scope, { openTenant }) => ({ slug: openTenant, reason: "Unpaid" }),
  "tenants.resume": (_scope, { suspendedTenant }) => ({ slug: suspendedTenant }),
  "tenants.delete": (_scope, { openTenant }) => ({ slug: openTenant, typedSlug: openTenant }),
  "tenants.restore": (_scope, { doomedTenant }) => ({ slug: doomedTenant }),
  "spaces.list": ({ tenant }) => ({ tenant }),
  "spaces.create": ({ tenant }) => ({ tenant, slug: fresh(), name: "Made" }),
  "spaces.delete": ({ tenant, space }, { doomedSpace }) => (space === "default" ? { tenant, space: doomedSpace, typedSlug: doomedSpace } : { tenant, space, typedSlug: space }),
  "spaces.retry": ({ tenant, space }, { doomedSpace }) => ({ tenant, space: space === "default" ? doomedSpace : space }),
  "spaces.get": (scope) => scope,
  "spaces.getChart": (scope) => scope,
  "parts.list": () => undefined,
  "plans.list": (scope) => scope,
  "plans.listManaged": () => undefined,
  "plans.saveAddressPlan": () => ({
    id: fresh(), name: "Made", description: "Made", order: 9, type: "queue", storedBytes: 2048, maxMessageBytes: 1024, maxTimeToLiveMs: null,
    maxDeliveryAttempts: 3, maxConsumers: 2, whenFull: "reject", version: null, checkOnly: false,
  }),
  "plans.saveSpacePlan": () => ({
    id: fresh(), name: "Made", description: "Made", order: 9, maxAddresses: 1, maxStoredBytes: 1024, maxConnections: 1, maxCredentials: 1,
    addressPlanIds: [], version: null, checkOnly: false,
  }),
  "plans.retire": () => ({ kind: "address-plan", id: "queue-large", isRetired: true }),
  "plans.rollOut": () => ({ kind: "address-plan", id: "queue-small" }),
  "spaces.listPlanChoices": (scope) => scope,
  "spaces.changePlan": (scope) => ({ ...scope, planId: "business" }),
  "plans.listChoices": (scope) => ({ ...scope, type: "queue" }),
  "addresses.list": (scope) => scope,
  "addresses.get": (scope, { address }) => ({ ...scope, name: address }),
  "addresses.getChart": (scope, { address }) => ({ ...scope, name: address, window: { range: "1h" } }),
  "addresses.getFirstMessage": (scope, { address }) => ({ ...scope, name: address }),
  "addresses.explain": (scope, { address }) => ({ ...scope, name: address }),
  "addresses.listTrouble": (scope) => scope,
  "addresses.validate": (scope) => ({ ...scope, step: "name", type: "queue", name: fresh() }),
  "addresses.create": (scope) => ({ ...scope, type: "queue", name: fresh(), planId: "queue-small" }),
  "addresses.checkName": (scope) => ({ ...scope, name: fresh() }),
  "addresses.createMany": (scope) => ({ ...scope, rows: [{ name: fresh(), type: "queue", planId: "queue-small" }], checkOnly: false }),
  "addresses.update": (scope, { address }) => ({ ...scope, name: address, planId: "queue-small", options: { ...noOptions, deliveryAttempts: 2 }, generation: 1 }),
  "addresses.deleteMany": (scope, { address }) => ({ ...scope, selection: { kind: "names", names: [address] } }),
  "addresses.changePlanOfMany": (scope, { address }) => ({ ...scope, selection: { kind: "names", names: [address] }, planId: "queue-medium" }),
  "addresses.retry": (scope, { address }) => ({ ...scope, name: address }),
  "addresses.delete": (scope, { address }) => ({ ...scope, name: address }),
  "addresses.forceDelete": (scope, { address }) => ({ ...scope, name: address }),
  "connections.list": (scope) => scope,
  "connections.refresh": (scope, { connection }) => ({ ...scope, ids: [connection] }),
  "connections.close": (scope, { connection }) => ({ ...scope, ids: [connection], reason: "Maintenance" }),
  "connections.get": (scope, { connection }) => ({ ...scope, id: connection }),
  "connections.listLinks": (scope, { address }) => ({ ...scope, name: address }),
  "connections.listEvents": (scope) => scope,
  "autoCreateRules.list": (scope) => scope,
  "autoCreateRules.create": (scope) => ({ ...scope, pattern: `${fresh()}.*`, type: "queue", planId: "queue-small", deleteUnusedMinutes: 60 }),
  "autoCreateRules.update": (scope, { rule }) => ({ ...scope, id: rule, pattern: `${fresh()}.*`, type: "queue", planId: "queue-medium", deleteUnusedMinutes: null }),
  "autoCreateRules.delete": (scope, { rule }) => ({ ...scope, id: rule }),
  "credentials.list": (scope) => scope,
  "credentials.preview": (scope) => ({ ...scope, permissions: [{ operations: ["send"], pattern: "*" }] }),
  "credentials.create": (scope) => ({ ...scope, name: fresh(), permissions: [{ operations: ["send"], pattern: "*" }] }),
  "credentials.rotate": (scope, { credential }) => ({ ...scope, name: credential, overlapHours: 24 }),
  "credentials.endPreviousSecret": (scope, { credential }) => ({ ...scope, name: credential }),
  "credentials.retry": (scope, { failedCredential }) => ({ ...scope, name: failedCredential }),
  "credentials.delete": (scope, { credential }) => ({ ...scope, name: credential }),
  "testClient.open": (scope, { address }) => ({ ...scope, name: address }),
  "messages.browse": (scope, { address }) => ({ ...scope, name: address, source: "dead-letters" }),
  "messages.count": (scope, { address }) => ({ ...scope, name: address }),
  "messages.purge": (scope, { address }) => ({ ...scope, name: address, source: "queue", expected: 3 }),
  "messages.retryDeadLetters": (scope, { address }) => ({ ...scope, name: address }),
  "platformRoles.list": () => undefined,
  "platformRoles.set": () => ({ email: `${fresh()}@people.test`, roles: ["support"] }),
  "members.list": ({ tenant }) => ({ tenant }),
  "members.watch": ({ tenant }) => ({ tenant }),
  "members.create": ({ tenant }) => ({ tenant, email: `${fresh()}@people.test`, name: "Nina New", role: "viewer" }),
  "members.invite": ({ tenant }) => ({ tenant, email: `${fresh()}@people.test`, name: "Nina New", role: "viewer" }),
  "members.update": ({ tenant }, { member }) => ({ tenant, id: member, role: "viewer" }),
  "members.disable": ({ tenant }, { member }) => ({ tenant, id: member }),
  "members.enable": ({ tenant }, { disabledMember }) => ({ tenant, id: disabledMember }),
  "members.resetPassword": ({ tenant }, { member }) => ({ tenant, id: member }),
  "members.resetSecondFactor": ({ tenant }, { member }) => ({ tenant, id: member }),
  "members.requireAction": ({ tenant }, { member }) => ({ tenant, id: member, action: "second-factor" }),
  "members.signOut": ({ tenant }, { member }) => ({ tenant, id: member }),
  "members.remove": ({ tenant }, { member }) => ({ tenant, id: member }),
  // Nobody's invitations: what real ones do is in members.int.spec.ts.
  "invitations.open": () => ({ token: unknownToken }),
  "invitations.startAccount": () => ({ token: unknownToken }),
  "invitations.accountProgress": () => ({ token: unknownToken }),
  "invitations.accept": () => ({ token: unknownToken }),
  "operations.list": (scope) => scope,
  "operations.get": (scope, { operation }) => ({ ...scope, id: operation }),
  "operations.cancel": (scope, { operation }) => ({ ...scope, id: operation }),
  "audit.search": ({ tenant }) => ({ tenant }),
  "audit.searchAll": ({ tenant }) => ({ tenantSlug: tenant }),
  "support.listTrouble": () => ({}),
  "support.listTop": () => ({ by: "rejects" }),
  "support.search": (_scope, { address }) => ({ text: address }),
  "changes.watch": (scope) => scope,
};

/** Procedures whose input names a thing of {@link Things}. */
export const namedProcedures = new Set(["addresses.get", "addresses.getFirstMessage", "addresses.explain", "addresses.getChart", "addresses.update", "addresses.retry", "addresses.delete", "addresses.forceDelete", "credentials.rotate", "credentials.endPreviousSecret", "credentials.retry", "credentials.delete", "testClient.open", "messages.browse", "messages.count", "messages.purge", "messages.retryDeadLetters", "operations.get", "operations.cancel",
  "connections.get", "connections.close",
  "members.update", "members.disable", "members.enable", "members.resetPassword", "members.resetSecondFactor", "members.requireAction", "members.signOut", "members.remove",
]);

/** Has each question about messages answered at once, as a provisioner would, with what the broker of no tenant holds. */
export async function answerInquiries(admin: Client): Promise<void> {
  await admin.query(`
    CREATE FUNCTION answer_inquiry() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      state JSONB := '{"messages": 0, "beingDelivered": 0, "consumers": 0, "matching": 0}';
    BEGIN
      NEW.answer := CASE NEW.inquiry->>'kind' WHEN 'count' THEN jsonb_build_object('counts', jsonb_build_object('queue', state, 'deadLetters', state))
        ELSE jsonb_build_object('page', jsonb_build_object('matching', 0, 'items', '[]'::jsonb, 'hasBodies', NEW.inquiry->'withBodies')) END;
      RETURN NEW;
    END $$;
    CREATE TRIGGER answer_inquiry BEFORE INSERT ON broker_inquiry FOR EACH ROW EXECUTE FUNCTION answer_inquiry()`);
}

let connectionNumber = 1;

/** Makes one of each of {@link Things}, as a superuser. @param prefix begins their names */
export async function makeThings(admin: Client, spaceId: string, prefix: string): Promise<Things> {
  const things = { address: `${prefix}-${fresh()}`, credential: `${prefix}-${fresh()}`, failedCredential: `${prefix}-${fresh()}` };
  await admin.query(
    `INSERT INTO address (id, tenant_id, space_id, name, name_key, type, plan_id, phase, created_by)
     SELECT gen_random_uuid(), tenant_id, id, $2, $2, 'queue', 'queue-small', 'Active', 'test' FROM address_space WHERE id = $1`,
    [spaceId, things.address],
  );
  await admin.query(
    `INSERT INTO credential (id, tenant_id, space_id, name, login, permissions, phase, observed_generation, previous_secret_hash, previous_secret_until, created_by)
     SELECT gen_random_uuid(), s.tenant_id, s.id, made.name, s.id || made.name, '[]', made.phase, 1, '\\x00', now() + interval '1 day', 'test'
     FROM address_space s, (VALUES ($2, 'Active'), ($3, 'Failed')) AS made (name, phase) WHERE s.id = $1`,
    [spaceId, things.credential, things.failedCredential],
  );
  const members = await admin.query<{ id: string }>(
    `INSERT INTO membership (tenant_id, user_id, email, name, role, state)
     SELECT s.tenant_id, gen_random_uuid(), $2 || state || '@people.test', $2, 'developer', state FROM address_space s, unnest(ARRAY['active', 'disabled']) AS state WHERE s.id = $1
     RETURNING id, state`,
    [spaceId, `${prefix}-${fresh()}`],
  );
  const tenants = { openTenant: fresh(), suspendedTenant: fresh(), doomedTenant: fresh(), doomedSpace: fresh() };
  await admin.query(
    `INSERT INTO tenant (id, slug, name, suspended_at, delete_at)
     VALUES (gen_random_uuid(), $1, 'Other', NULL, NULL), (gen_random_uuid(), $2, 'Other', now(), NULL), (gen_random_uuid(), $3, 'Other', NULL, now() + interval '1 day')`,
    [tenants.openTenant, tenants.suspendedTenant, tenants.doomedTenant],
  );
  await admin.query("UPDATE tenant SET max_spaces = 1000 WHERE id = (SELECT tenant_id FROM address_space WHERE id = $1)", [spaceId]);
  await admin.query(
    `INSERT INTO address_space (id, tenant_id, slug, name, plan_id, phase, created_by)
     SELECT gen_random_uuid(), tenant_id, $2, 'Doomed', 'team', 'Active', 'test' FROM address_space WHERE id = $1`,
    [spaceId, tenants.doomedSpace],
  );
  // A space has a bounded number of them under way.
  await admin.query("DELETE FROM operation WHERE space_id = $1", [spaceId]);
  const operations = await admin.query<{ id: string }>(
    `INSERT INTO operation (tenant_id, space_id, kind, subject, parameters, total, requested_by_id, requested_by)
     SELECT tenant_id, id, 'delete-addresses', $2, '{}', 1, 'test', 'test' FROM address_space WHERE id = $1 RETURNING id`,
    [spaceId, `${prefix}-${fresh()}`],
  );
  const connection = `main-0badcafe-${connectionNumber++}`;
  await admin.query(
    `INSERT INTO connection (id, tenant_id, space_id, gateway, container, login, is_person, remote_address, protocol, is_encrypted, product, version, since, links, count_in, count_out)
     SELECT $2, tenant_id, id, 'main', $3, $3, false, '127.0.0.1', 'amqp', false, $3, '1', now(), 1, 0, 0 FROM address_space WHERE id = $1`,
    [spaceId, connection, things.credential],
  );
  await admin.query(
    `INSERT INTO link (id, tenant_id, space_id, connection_id, address_name, link_name, role, since, credit, unsettled, deliveries, bytes, accepted, rejected, released, modified, presettled, dropped)
     SELECT $2 || '-1', tenant_id, id, $2, $3, $3, 'sender', now(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM address_space WHERE id = $1`,
    [spaceId, connection, things.address],
  );
  await admin.query(
    `INSERT INTO client_event (id, tenant_id, space_id, kind, at, first_at, count, gateway, connection_id, container, login, is_person, remote_address, address_name, condition, text)
     SELECT $2, tenant_id, id, 'connected', now(), now(), 1, 'main', $2, $3, $3, false, '127.0.0.1', '', '', '' FROM address_space WHERE id = $1`,
    [spaceId, connection, things.credential],
  );
  await admin.query("DELETE FROM auto_create_rule WHERE space_id = $1", [spaceId]);
  const rules = await admin.query<{ id: string }>(
    `INSERT INTO auto_create_rule (tenant_id, space_id, pattern, type, plan_id, created_by)
     SELECT tenant_id, id, $2, 'queue', 'queue-small', 'test' FROM address_space WHERE id = $1 RETURNING id`,
    [spaceId, `${prefix}-${fresh()}.*`],
  );
  return { ...things, ...tenants, connection, rule: rules.rows[0]!.id, operation: operations.rows[0]!.id, member: members.rows[0]!.id, disabledMember: members.rows[1]!.id };
}
