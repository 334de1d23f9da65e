-- A tenant is suspended, or waits for its deletion until delete_at: either closes it to messaging clients and to changes.
ALTER TABLE tenant
  ADD COLUMN suspended_at TIMESTAMPTZ(3),
  ADD COLUMN suspension_reason TEXT NOT NULL DEFAULT '',
  ADD COLUMN delete_at TIMESTAMPTZ(3),
  ADD COLUMN max_spaces INTEGER NOT NULL DEFAULT 10 CHECK (max_spaces >= 0),
  ADD COLUMN space_plan_id TEXT NOT NULL DEFAULT 'team';
CREATE INDEX tenant_to_delete ON tenant (delete_at) WHERE delete_at IS NOT NULL;

-- Only a transaction of a platform role changes tenants, and each only the one that it names.
CREATE POLICY console_tenant_add ON tenant FOR INSERT TO postroom_console WITH CHECK (id = postroom_tenant_id() AND postroom_acts_on_platform());
CREATE POLICY console_tenant_change ON tenant FOR UPDATE TO postroom_console
  USING (id = postroom_tenant_id() AND postroom_acts_on_platform()) WITH CHECK (id = postroom_tenant_id() AND postroom_acts_on_platform());
GRANT INSERT, UPDATE (name, suspended_at, suspension_reason, delete_at, max_spaces, space_plan_id) ON tenant TO postroom_console;
CREATE POLICY console_address_space_add ON address_space FOR INSERT TO postroom_console WITH CHECK (tenant_id = postroom_tenant_id());
GRANT INSERT ON address_space TO postroom_console;

-- Gateways learn of it by the spaces, whose rows are reconciled anew.
CREATE FUNCTION postroom_tell_tenant_closure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE address_space SET generation = generation + 1, attempts = 0, next_attempt_at = now() WHERE tenant_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER tenant_tell_closure AFTER UPDATE OF suspended_at, delete_at ON tenant FOR EACH ROW
  WHEN ((OLD.suspended_at IS NULL AND OLD.delete_at IS NULL) <> (NEW.suspended_at IS NULL AND NEW.delete_at IS NULL))
  EXECUTE FUNCTION postroom_tell_tenant_closure();
