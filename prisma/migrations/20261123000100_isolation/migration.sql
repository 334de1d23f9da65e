-- Roles: the console's and the provisioner's own. They own nothing and cannot bypass row level security. The operator
-- (or platform/) gives them LOGIN and a password; roles belong to the whole cluster, so another database may have made them.
DO $$
DECLARE role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['postroom_console', 'postroom_provisioner'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', role_name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END LOOP;
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO postroom_console, postroom_provisioner;

-- What the transaction may see. Each is set with set_config(name, value, true) at the start of a transaction; unset or
-- empty means nothing.
CREATE FUNCTION postroom_tenant_id() RETURNS uuid LANGUAGE sql STABLE
  AS $$ SELECT nullif(current_setting('postroom.tenant_id', true), '')::uuid $$;
CREATE FUNCTION postroom_user_id() RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT nullif(current_setting('postroom.user_id', true), '') $$;
CREATE FUNCTION postroom_reads_all_tenants() RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT coalesce(current_setting('postroom.reads_all_tenants', true), '') = 'on' $$;

-- Values from closed sets.
ALTER TABLE tenant ADD CONSTRAINT tenant_slug_form CHECK (slug ~ '^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$');
ALTER TABLE address_space ADD CONSTRAINT address_space_slug_form CHECK (slug ~ '^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$');
ALTER TABLE membership ADD CONSTRAINT membership_role_known CHECK (role IN ('tenant-admin', 'developer', 'viewer'));
ALTER TABLE address_plan ADD CONSTRAINT address_plan_type_known CHECK (type IN ('queue', 'topic', 'anycast', 'multicast'));
ALTER TABLE address_plan ADD CONSTRAINT address_plan_class_form CHECK (class_id ~ '^[a-z][a-z0-9]{0,11}$');
ALTER TABLE address ADD CONSTRAINT address_type_known CHECK (type IN ('queue', 'topic', 'anycast', 'multicast'));
ALTER TABLE address ADD CONSTRAINT address_name_key_derived CHECK (name_key = replace(name, '/', '.'));
ALTER TABLE address ADD CONSTRAINT address_phase_known
  CHECK (phase IN ('Pending', 'Configuring', 'Active', 'Failed', 'Terminating'));
ALTER TABLE address_space ADD CONSTRAINT address_space_phase_known
  CHECK (phase IN ('Pending', 'Configuring', 'Active', 'Failed', 'Terminating'));
ALTER TABLE credential ADD CONSTRAINT credential_phase_known
  CHECK (phase IN ('Pending', 'Configuring', 'Active', 'Failed', 'Terminating'));

-- Work that is due: what the provisioner claims.
CREATE INDEX address_due ON address (next_attempt_at) WHERE phase <> 'Active' OR observed_generation <> generation;
CREATE INDEX credential_due ON credential (next_attempt_at) WHERE phase <> 'Active' OR observed_generation <> generation;
CREATE INDEX address_space_due ON address_space (next_attempt_at) WHERE phase <> 'Active' OR observed_generation <> generation;

-- Row level security on every table that holds a tenant's data.
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
ALTER TABLE membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE membership FORCE ROW LEVEL SECURITY;
ALTER TABLE address_space ENABLE ROW LEVEL SECURITY;
ALTER TABLE address_space FORCE ROW LEVEL SECURITY;
ALTER TABLE address ENABLE ROW LEVEL SECURITY;
ALTER TABLE address FORCE ROW LEVEL SECURITY;
ALTER TABLE credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;

-- A person sees the own memberships, and through them the tenants and spaces to choose from, before a tenant is chosen.
CREATE POLICY console_membership ON membership FOR SELECT TO postroom_console
  USING (tenant_id = postroom_tenant_id() OR user_id = postroom_user_id());
CREATE POLICY console_tenant ON tenant FOR SELECT TO postroom_console
  USING (
    id = postroom_tenant_id()
    OR postroom_reads_all_tenants()
    OR id IN (SELECT tenant_id FROM membership WHERE user_id = postroom_user_id())
  );
CREATE POLICY console_address_space ON address_space FOR SELECT TO postroom_console
  USING (
    tenant_id = postroom_tenant_id()
    OR postroom_reads_all_tenants()
    OR tenant_id IN (SELECT tenant_id FROM membership WHERE user_id = postroom_user_id())
  );
CREATE POLICY console_address ON address FOR ALL TO postroom_console
  USING (tenant_id = postroom_tenant_id()) WITH CHECK (tenant_id = postroom_tenant_id());
CREATE POLICY console_credential ON credential FOR ALL TO postroom_console
  USING (tenant_id = postroom_tenant_id()) WITH CHECK (tenant_id = postroom_tenant_id());
CREATE POLICY console_audit_entry ON audit_entry FOR ALL TO postroom_console
  USING (tenant_id = postroom_tenant_id()) WITH CHECK (tenant_id = postroom_tenant_id());

GRANT SELECT ON tenant, membership, address_space, address_plan, space_plan, address, audit_entry TO postroom_console;
GRANT SELECT (id, tenant_id, space_id, name, login, permissions, phase, reason, generation, observed_generation,
  created_at, created_by, attempts, next_attempt_at) ON credential TO postroom_console;
GRANT INSERT ON address, credential, audit_entry TO postroom_console;
GRANT UPDATE (plan_id, phase, reason, generation, attempts, next_attempt_at) ON address TO postroom_console;
GRANT UPDATE (permissions, sealed_secret, phase, reason, generation, attempts, next_attempt_at) ON credential TO postroom_console;

-- The provisioner serves all tenants; it makes and removes rows but never rewrites the audit trail.
CREATE POLICY provisioner_tenant ON tenant FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
CREATE POLICY provisioner_membership ON membership FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
CREATE POLICY provisioner_address_space ON address_space FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
CREATE POLICY provisioner_address ON address FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
CREATE POLICY provisioner_credential ON credential FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
CREATE POLICY provisioner_audit_entry ON audit_entry FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant, membership, address_space, address, credential TO postroom_provisioner;
GRANT SELECT, INSERT, UPDATE ON address_plan, space_plan TO postroom_provisioner;
GRANT SELECT, INSERT ON audit_entry TO postroom_provisioner;

-- Row changes are announced (a nudge only; the row is the truth) to consoles and provisioners.
CREATE FUNCTION postroom_announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
BEGIN
  PERFORM pg_notify('postroom_changes', jsonb_build_object(
    'table', TG_TABLE_NAME,
    'tenantId', changed ->> 'tenant_id',
    'spaceId', CASE WHEN TG_TABLE_NAME = 'address_space' THEN changed ->> 'id' ELSE changed ->> 'space_id' END,
    'id', changed ->> 'id',
    'name', coalesce(changed ->> 'name', ''),
    'phase', changed ->> 'phase',
    'gone', TG_OP = 'DELETE')::text);
  RETURN NULL;
END $$;

CREATE TRIGGER address_announce_write AFTER INSERT OR DELETE ON address
  FOR EACH ROW EXECUTE FUNCTION postroom_announce_change();
CREATE TRIGGER address_announce_update AFTER UPDATE ON address FOR EACH ROW
  WHEN ((OLD.phase, OLD.reason, OLD.plan_id, OLD.generation) IS DISTINCT FROM (NEW.phase, NEW.reason, NEW.plan_id, NEW.generation))
  EXECUTE FUNCTION postroom_announce_change();
CREATE TRIGGER credential_announce_write AFTER INSERT OR DELETE ON credential
  FOR EACH ROW EXECUTE FUNCTION postroom_announce_change();
CREATE TRIGGER credential_announce_update AFTER UPDATE ON credential FOR EACH ROW
  WHEN ((OLD.phase, OLD.reason, OLD.generation) IS DISTINCT FROM (NEW.phase, NEW.reason, NEW.generation))
  EXECUTE FUNCTION postroom_announce_change();
CREATE TRIGGER address_space_announce_write AFTER INSERT OR DELETE ON address_space
  FOR EACH ROW EXECUTE FUNCTION postroom_announce_change();
CREATE TRIGGER address_space_announce_update AFTER UPDATE ON address_space FOR EACH ROW
  WHEN ((OLD.phase, OLD.reason, OLD.generation) IS DISTINCT FROM (NEW.phase, NEW.reason, NEW.generation))
  EXECUTE FUNCTION postroom_announce_change();
