-- A durable piece of work that somebody asked for, done in parts by provisioners. `position` is where the next part begins;
-- it, the counts and the failures are written together with the part, while the claim holds.
CREATE TABLE operation (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  space_id UUID NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL DEFAULT '',
  parameters JSONB NOT NULL,
  position JSONB NOT NULL DEFAULT '{}',
  phase TEXT NOT NULL DEFAULT 'Pending',
  reason TEXT,
  total INTEGER,
  done INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  failures JSONB NOT NULL DEFAULT '[]',
  requested_by_id TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_from TEXT,
  cancel_requested_by TEXT,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  ended_at TIMESTAMPTZ(3),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  claimed_by TEXT,
  claimed_until TIMESTAMPTZ(3),
  claim_epoch BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT operation_pkey PRIMARY KEY (id),
  CONSTRAINT operation_space_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES address_space (tenant_id, id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT operation_kind_known
    CHECK (kind IN ('create-addresses', 'delete-addresses', 'change-plan', 'purge-messages', 'retry-dead-letters', 'close-connections')),
  CONSTRAINT operation_phase_known CHECK (phase IN ('Pending', 'Running', 'Done', 'Failed', 'Cancelled')),
  CONSTRAINT operation_ended CHECK ((ended_at IS NULL) = (phase IN ('Pending', 'Running')))
);
CREATE INDEX operation_due ON operation (next_attempt_at) WHERE ended_at IS NULL;
CREATE INDEX operation_space ON operation (space_id, created_at DESC);
CREATE INDEX operation_ended_at ON operation (ended_at) WHERE ended_at IS NOT NULL;
ALTER TABLE operation ENABLE ROW LEVEL SECURITY;
ALTER TABLE operation FORCE ROW LEVEL SECURITY;
CREATE POLICY console_operation ON operation FOR ALL TO postroom_console
  USING (tenant_id = postroom_tenant_id()) WITH CHECK (tenant_id = postroom_tenant_id());
CREATE POLICY provisioner_operation ON operation FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (cancel_requested_by, next_attempt_at) ON operation TO postroom_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON operation TO postroom_provisioner;

CREATE FUNCTION postroom_announce_operation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed operation := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
  PERFORM pg_notify('postroom_changes', jsonb_build_object(
    'table', TG_TABLE_NAME, 'tenantId', changed.tenant_id, 'spaceId', changed.space_id, 'id', changed.id, 'name', '', 'phase', changed.phase,
    'due', TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND changed.ended_at IS NULL AND changed.claimed_by IS NULL), 'gone', TG_OP = 'DELETE')::text);
  RETURN NULL;
END $$;
CREATE TRIGGER operation_announce_write AFTER INSERT OR DELETE ON operation FOR EACH ROW EXECUTE FUNCTION postroom_announce_operation();
CREATE TRIGGER operation_announce_update AFTER UPDATE ON operation FOR EACH ROW
  WHEN ((OLD.phase, OLD.reason, OLD.done, OLD.failed, OLD.total, OLD.cancel_requested_by)
    IS DISTINCT FROM (NEW.phase, NEW.reason, NEW.done, NEW.failed, NEW.total, NEW.cancel_requested_by))
  EXECUTE FUNCTION postroom_announce_operation();
