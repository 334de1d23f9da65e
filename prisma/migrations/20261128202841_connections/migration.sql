-- Connections and links that gateways had in the last sampling pass; the provisioner writes what changed and removes what is gone.
-- Unlogged: after a crash of the database the next pass writes them anew. Rates are per second over the last pass, null while not known.
CREATE UNLOGGED TABLE connection (
  -- `<gateway>-<start of the gateway's incarnation>-<number there>`
  id TEXT NOT NULL,
  tenant_id UUID NOT NULL,
  space_id UUID NOT NULL,
  gateway TEXT NOT NULL,
  container TEXT NOT NULL,
  -- A credential's login, or the e-mail address of a person at the test client.
  login TEXT NOT NULL,
  is_person BOOLEAN NOT NULL,
  remote_address TEXT NOT NULL,
  protocol TEXT NOT NULL,
  is_encrypted BOOLEAN NOT NULL,
  product TEXT NOT NULL,
  version TEXT NOT NULL,
  since TIMESTAMPTZ(3) NOT NULL,
  links INTEGER NOT NULL,
  in_rate REAL,
  out_rate REAL,
  count_in BIGINT NOT NULL,
  count_out BIGINT NOT NULL,
  CONSTRAINT connection_pkey PRIMARY KEY (id),
  CONSTRAINT connection_space_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES address_space (tenant_id, id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT connection_protocol_known CHECK (protocol IN ('amqp', 'amqps', 'websocket', 'mqtt', 'mqtts'))
) WITH (fillfactor = 80);
CREATE INDEX connection_space ON connection (space_id, login, id);
CREATE INDEX connection_gateway ON connection (gateway);

CREATE UNLOGGED TABLE link (
  -- `<id of its connection>-<number of the link there>`
  id TEXT NOT NULL,
  tenant_id UUID NOT NULL,
  space_id UUID NOT NULL,
  connection_id TEXT NOT NULL,
  -- Empty for links that name no address.
  address_name TEXT NOT NULL,
  link_name TEXT NOT NULL,
  -- What the client is.
  role TEXT NOT NULL,
  since TIMESTAMPTZ(3) NOT NULL,
  rate REAL,
  credit BIGINT NOT NULL,
  unsettled INTEGER NOT NULL,
  deliveries BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  released BIGINT NOT NULL,
  modified BIGINT NOT NULL,
  presettled BIGINT NOT NULL,
  dropped BIGINT NOT NULL,
  CONSTRAINT link_pkey PRIMARY KEY (id),
  CONSTRAINT link_connection_fkey FOREIGN KEY (connection_id) REFERENCES connection (id) ON DELETE CASCADE,
  CONSTRAINT link_role_known CHECK (role IN ('sender', 'receiver'))
) WITH (fillfactor = 80);
CREATE INDEX link_connection ON link (connection_id);
CREATE INDEX link_address ON link (space_id, address_name);

-- What happened to clients, kept for a week. One row for equal happenings that came close together.
CREATE TABLE client_event (
  -- `<gateway>-<start of its incarnation>-<sequence there>`, so that none is stored twice.
  id TEXT NOT NULL,
  tenant_id UUID NOT NULL,
  space_id UUID NOT NULL,
  kind TEXT NOT NULL,
  -- The last time and the first one.
  at TIMESTAMPTZ(3) NOT NULL,
  first_at TIMESTAMPTZ(3) NOT NULL,
  count INTEGER NOT NULL,
  gateway TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  container TEXT NOT NULL,
  login TEXT NOT NULL,
  is_person BOOLEAN NOT NULL,
  remote_address TEXT NOT NULL,
  address_name TEXT NOT NULL,
  role TEXT,
  condition TEXT NOT NULL,
  text TEXT NOT NULL,
  CONSTRAINT client_event_pkey PRIMARY KEY (id, at),
  CONSTRAINT client_event_space_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES address_space (tenant_id, id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT client_event_kind_known CHECK (kind IN ('connected', 'login-refused', 'connection-refused', 'attached', 'attach-refused', 'detached', 'closed',
    'message-rejected', 'message-refused', 'events-dropped')),
  CONSTRAINT client_event_role_known CHECK (role IN ('sender', 'receiver'))
) PARTITION BY RANGE (at);
CREATE INDEX client_event_space ON client_event (space_id, at DESC, id DESC);
CREATE INDEX client_event_client ON client_event (space_id, login, container, at DESC);
CREATE INDEX client_event_address ON client_event (space_id, address_name, at DESC) WHERE address_name <> '';

-- How far the events of each gateway have been stored; written with them.
CREATE TABLE gateway_journal (
  gateway TEXT NOT NULL,
  incarnation TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  CONSTRAINT gateway_journal_pkey PRIMARY KEY (gateway)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON gateway_journal TO postroom_provisioner;

DO $$
DECLARE guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['connection', 'link', 'client_event'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
    EXECUTE format('CREATE POLICY console_%1$s ON %1$I FOR SELECT TO postroom_console USING (tenant_id = postroom_tenant_id())', guarded);
    EXECUTE format('CREATE POLICY provisioner_%1$s ON %1$I FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true)', guarded);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO postroom_provisioner', guarded);
    EXECUTE format('GRANT SELECT ON %I TO postroom_console', guarded);
  END LOOP;
END $$;

-- As postroom_keep_sample_partitions, for the days of client events.
CREATE FUNCTION postroom_keep_event_partitions() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  old record;
  starts timestamptz;
  partition text;
  changed integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(7238119);
  SET LOCAL lock_timeout = '2s';
  -- Events can be fetched late.
  FOR step IN -6..2 LOOP
    starts := date_bin('1 day', now(), timestamptz '2026-01-01 00:00:00+00') + step * interval '1 day';
    partition := 'client_event_' || to_char(starts AT TIME ZONE 'UTC', 'YYYYMMDD');
    CONTINUE WHEN to_regclass(partition) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I PARTITION OF client_event FOR VALUES FROM (%L) TO (%L)', partition, starts, starts + interval '1 day');
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
    changed := changed + 1;
  END LOOP;
  FOR old IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'client_event'::regclass
      AND substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$TO \('([^']+)'\)$re$)::timestamptz < now() - interval '7 days'
  LOOP
    EXECUTE format('DROP TABLE %I', old.relname);
    changed := changed + 1;
  END LOOP;
  RETURN changed;
END $$;
REVOKE EXECUTE ON FUNCTION postroom_keep_event_partitions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION postroom_keep_event_partitions() TO postroom_provisioner;
SELECT postroom_keep_event_partitions();
