-- A member has an id of its own: somebody invited is in the list before Keycloak knows them.
ALTER TABLE membership DROP CONSTRAINT membership_pkey;
ALTER TABLE membership
  ADD COLUMN id UUID NOT NULL DEFAULT gen_random_uuid(),
  ALTER COLUMN user_id DROP NOT NULL,
  ADD COLUMN name TEXT NOT NULL DEFAULT '',
  ADD COLUMN state TEXT NOT NULL DEFAULT 'active',
  ADD COLUMN last_login_at TIMESTAMPTZ(3),
  ADD COLUMN signed_out_at TIMESTAMPTZ(3),
  ADD COLUMN invitation_hash BYTEA,
  ADD COLUMN invitation_expires_at TIMESTAMPTZ(3),
  ADD CONSTRAINT membership_pkey PRIMARY KEY (id),
  ADD CONSTRAINT membership_state_known CHECK (state IN ('invited', 'active', 'disabled')),
  ADD CONSTRAINT membership_bound CHECK (state = 'invited' OR user_id IS NOT NULL);
CREATE UNIQUE INDEX membership_tenant_id_user_id_key ON membership (tenant_id, user_id);
CREATE UNIQUE INDEX membership_tenant_email ON membership (tenant_id, lower(email));
CREATE UNIQUE INDEX membership_invitation_hash_key ON membership (invitation_hash);

-- What is to be done for a member in Keycloak, by the provisioner: outlives the member, whose removal is such a piece of work.
-- `sealed_secret` is a one-time password, readable by the provisioner only.
CREATE TABLE member_operation (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  member_id UUID NOT NULL,
  user_id TEXT,
  email TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL,
  detail JSONB NOT NULL DEFAULT '{}',
  sealed_secret BYTEA,
  phase TEXT NOT NULL DEFAULT 'Pending',
  reason TEXT,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  ended_at TIMESTAMPTZ(3),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  claimed_by TEXT,
  claimed_until TIMESTAMPTZ(3),
  claim_epoch BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT member_operation_pkey PRIMARY KEY (id),
  CONSTRAINT member_operation_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant (id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT member_operation_kind_known
    CHECK (kind IN ('create-account', 'start-account', 'reset-password', 'require-action', 'sign-out', 'match-access')),
  CONSTRAINT member_operation_phase_known CHECK (phase IN ('Pending', 'Done', 'Failed'))
);
CREATE INDEX member_operation_due ON member_operation (next_attempt_at) WHERE phase = 'Pending';
CREATE INDEX member_operation_email ON member_operation (lower(email)) WHERE phase = 'Pending';
CREATE INDEX member_operation_member ON member_operation (tenant_id, member_id, created_at DESC);
ALTER TABLE member_operation ENABLE ROW LEVEL SECURITY;
ALTER TABLE member_operation FORCE ROW LEVEL SECURITY;

-- An invitation is shown to whoever holds its token, before they are anybody: the token's hash is set for the transaction.
CREATE FUNCTION postroom_invitation_hash() RETURNS bytea LANGUAGE sql STABLE
  AS $$ SELECT decode(nullif(current_setting('postroom.invitation_hash', true), ''), 'hex') $$;

DROP POLICY console_membership ON membership;
CREATE POLICY console_membership_read ON membership FOR SELECT TO postroom_console
  USING (tenant_id = postroom_tenant_id() OR user_id = postroom_user_id() OR invitation_hash = postroom_invitation_hash());
CREATE POLICY console_membership_add ON membership FOR INSERT TO postroom_console WITH CHECK (tenant_id = postroom_tenant_id());
CREATE POLICY console_membership_change ON membership FOR UPDATE TO postroom_console
  USING (tenant_id = postroom_tenant_id()) WITH CHECK (tenant_id = postroom_tenant_id());
CREATE POLICY console_membership_remove ON membership FOR DELETE TO postroom_console USING (tenant_id = postroom_tenant_id());
CREATE POLICY console_member_operation_read ON member_operation FOR SELECT TO postroom_console USING (tenant_id = postroom_tenant_id());
CREATE POLICY console_member_operation_add ON member_operation FOR INSERT TO postroom_console WITH CHECK (tenant_id = postroom_tenant_id());
CREATE POLICY provisioner_member_operation ON member_operation FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);

-- Who is disabled sees the tenant no longer; who holds an invitation sees whose it is.
DROP POLICY console_tenant ON tenant;
CREATE POLICY console_tenant ON tenant FOR SELECT TO postroom_console
  USING (
    id = postroom_tenant_id()
    OR postroom_reads_all_tenants()
    OR id IN (SELECT tenant_id FROM membership WHERE user_id = postroom_user_id() AND state <> 'disabled')
    OR id IN (SELECT tenant_id FROM membership WHERE invitation_hash = postroom_invitation_hash())
  );
DROP POLICY console_address_space ON address_space;
CREATE POLICY console_address_space ON address_space FOR SELECT TO postroom_console
  USING (
    tenant_id = postroom_tenant_id()
    OR postroom_reads_all_tenants()
    OR tenant_id IN (SELECT tenant_id FROM membership WHERE user_id = postroom_user_id() AND state <> 'disabled')
  );

GRANT INSERT, DELETE ON membership TO postroom_console;
GRANT UPDATE (user_id, role, state, last_login_at, signed_out_at, invitation_hash, invitation_expires_at) ON membership TO postroom_console;
GRANT INSERT ON member_operation TO postroom_console;
GRANT SELECT (id, tenant_id, member_id, user_id, email, name, kind, detail, phase, reason, created_at, ended_at, attempts, next_attempt_at)
  ON member_operation TO postroom_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON member_operation TO postroom_provisioner;

CREATE FUNCTION postroom_announce_member() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
BEGIN
  PERFORM pg_notify('postroom_changes', jsonb_build_object(
    'table', TG_TABLE_NAME,
    'tenantId', changed ->> 'tenant_id',
    'spaceId', changed ->> 'tenant_id',
    'id', changed ->> 'id',
    'name', '',
    'phase', coalesce(changed ->> 'phase', changed ->> 'state'),
    'due', TG_TABLE_NAME = 'member_operation' AND TG_OP = 'INSERT',
    'gone', TG_OP = 'DELETE')::text);
  RETURN NULL;
END $$;
CREATE TRIGGER membership_announce AFTER INSERT OR UPDATE OR DELETE ON membership FOR EACH ROW EXECUTE FUNCTION postroom_announce_member();
CREATE TRIGGER member_operation_announce_write AFTER INSERT ON member_operation FOR EACH ROW EXECUTE FUNCTION postroom_announce_member();
CREATE TRIGGER member_operation_announce_update AFTER UPDATE ON member_operation FOR EACH ROW
  WHEN ((OLD.phase, OLD.reason) IS DISTINCT FROM (NEW.phase, NEW.reason)) EXECUTE FUNCTION postroom_announce_member();
