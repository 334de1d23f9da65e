-- Where a change came from and how it ended, and the tenant by name, which outlives the tenant. `object_key` is what people
-- search by: the object's own name in lower case, without the space before it.
ALTER TABLE audit_entry
  ADD COLUMN tenant_slug TEXT,
  ADD COLUMN address TEXT,
  ADD COLUMN outcome TEXT NOT NULL DEFAULT 'accepted',
  ADD COLUMN object_key TEXT COLLATE "C" GENERATED ALWAYS AS (lower(regexp_replace(object_name, '^[^/]*/', ''))) STORED,
  ADD COLUMN actor_key TEXT COLLATE "C" GENERATED ALWAYS AS (lower(actor_email)) STORED;
UPDATE audit_entry e SET tenant_slug = t.slug FROM tenant t WHERE t.id = e.tenant_id;
ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_outcome_known CHECK (outcome IN ('accepted', 'done', 'refused', 'failed'));

-- The slug is looked up here, so that nobody who writes an entry can name another tenant.
CREATE FUNCTION postroom_name_audit_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.tenant_slug := (SELECT slug FROM tenant WHERE id = NEW.tenant_id);
  RETURN NEW;
END $$;
CREATE TRIGGER audit_entry_name_tenant BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION postroom_name_audit_tenant();

-- Each filter is an index of its own, with the newest entry first. Prefixes are searched as ranges in the C collation: under
-- row level security Postgres uses an index for leakproof operators only, and LIKE is none.
DROP INDEX audit_entry_tenant_id_at_idx;
CREATE INDEX audit_entry_tenant_at ON audit_entry (tenant_id, at DESC, id DESC);
CREATE INDEX audit_entry_tenant_action ON audit_entry (tenant_id, action, at DESC, id DESC);
CREATE INDEX audit_entry_tenant_actor ON audit_entry (tenant_id, actor_key, at DESC, id DESC);
CREATE INDEX audit_entry_tenant_object ON audit_entry (tenant_id, object_key, at DESC, id DESC);
CREATE INDEX audit_entry_at ON audit_entry (at DESC, id DESC);
CREATE INDEX audit_entry_action ON audit_entry (action, at DESC, id DESC);
CREATE INDEX audit_entry_actor ON audit_entry (actor_key, at DESC, id DESC);
CREATE INDEX audit_entry_object ON audit_entry (object_key, at DESC, id DESC);

-- Set for one transaction of a platform-admin: such a transaction reads all entries and writes entries without a tenant.
CREATE FUNCTION postroom_acts_on_platform() RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT coalesce(current_setting('postroom.acts_on_platform', true), '') = 'on' $$;

-- Entries are added and read; nobody but the retention takes them away, and nobody changes one.
DROP POLICY console_audit_entry ON audit_entry;
CREATE POLICY console_audit_entry_read ON audit_entry FOR SELECT TO postroom_console
  USING (tenant_id = postroom_tenant_id() OR postroom_acts_on_platform());
CREATE POLICY console_audit_entry_add ON audit_entry FOR INSERT TO postroom_console
  WITH CHECK (tenant_id = postroom_tenant_id() OR postroom_acts_on_platform());
DROP POLICY provisioner_audit_entry ON audit_entry;
CREATE POLICY provisioner_audit_entry_read ON audit_entry FOR SELECT TO postroom_provisioner USING (true);
CREATE POLICY provisioner_audit_entry_add ON audit_entry FOR INSERT TO postroom_provisioner WITH CHECK (true);
-- Retention: the database itself keeps every entry for thirty days, whatever the provisioner is told.
CREATE POLICY provisioner_audit_entry_expire ON audit_entry FOR DELETE TO postroom_provisioner USING (at < now() - interval '30 days');
GRANT DELETE ON audit_entry TO postroom_provisioner;
