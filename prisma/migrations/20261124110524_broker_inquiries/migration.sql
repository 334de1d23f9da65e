-- A question of the console that only a broker can answer, and the answer, which lives for seconds: the console takes it away with
-- it. Unlogged, since answers may hold messages, which are to stand in no log and no backup.
CREATE UNLOGGED TABLE broker_inquiry (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  space_id UUID NOT NULL,
  inquiry JSONB NOT NULL,
  answer JSONB,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  claimed_by TEXT,
  CONSTRAINT broker_inquiry_pkey PRIMARY KEY (id),
  CONSTRAINT broker_inquiry_space_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES address_space (tenant_id, id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX broker_inquiry_created_at ON broker_inquiry (created_at);
CREATE INDEX broker_inquiry_space ON broker_inquiry (space_id);
ALTER TABLE broker_inquiry ENABLE ROW LEVEL SECURITY;
ALTER TABLE broker_inquiry FORCE ROW LEVEL SECURITY;
CREATE POLICY console_broker_inquiry ON broker_inquiry FOR ALL TO postroom_console
  USING (tenant_id = postroom_tenant_id()) WITH CHECK (tenant_id = postroom_tenant_id());
CREATE POLICY provisioner_broker_inquiry ON broker_inquiry FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON broker_inquiry TO postroom_console;
GRANT SELECT, UPDATE (answer, claimed_by), DELETE ON broker_inquiry TO postroom_provisioner;

CREATE FUNCTION postroom_announce_inquiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('postroom_changes', jsonb_build_object(
    'table', TG_TABLE_NAME, 'tenantId', NEW.tenant_id, 'spaceId', NEW.space_id, 'id', NEW.id, 'name', '', 'phase', '',
    'due', NEW.answer IS NULL, 'gone', false)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER broker_inquiry_announce AFTER INSERT OR UPDATE OF answer ON broker_inquiry FOR EACH ROW EXECUTE FUNCTION postroom_announce_inquiry();
