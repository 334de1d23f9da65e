-- Numbers of addresses, written by one provisioner at a time after each sampling pass, and only for addresses whose numbers changed.
-- The row comes with its address, so that lists sorted by a number hold every address; `sampled_at` is null until the first pass.
CREATE TABLE address_statistics (
  address_id UUID NOT NULL,
  tenant_id UUID NOT NULL,
  space_id UUID NOT NULL,
  name TEXT NOT NULL,
  -- First pass that saw the address, and the last one that changed a number.
  sampled_at TIMESTAMPTZ(3),
  changed_at TIMESTAMPTZ(3),
  depth BIGINT NOT NULL DEFAULT 0,
  delivering BIGINT NOT NULL DEFAULT 0,
  senders INTEGER NOT NULL DEFAULT 0,
  receivers INTEGER NOT NULL DEFAULT 0,
  dead_letters BIGINT NOT NULL DEFAULT 0,
  oldest_at TIMESTAMPTZ(3),
  -- Per second, over the last pass.
  in_rate REAL NOT NULL DEFAULT 0,
  out_rate REAL NOT NULL DEFAULT 0,
  growth REAL NOT NULL DEFAULT 0,
  -- Since the address was made.
  total_in BIGINT NOT NULL DEFAULT 0,
  total_out BIGINT NOT NULL DEFAULT 0,
  total_acknowledged BIGINT NOT NULL DEFAULT 0,
  total_rejected BIGINT NOT NULL DEFAULT 0,
  total_refused BIGINT NOT NULL DEFAULT 0,
  total_released BIGINT NOT NULL DEFAULT 0,
  total_expired BIGINT NOT NULL DEFAULT 0,
  total_dead_lettered BIGINT NOT NULL DEFAULT 0,
  -- Counters of brokers and gateways as last read, for the provisioner only.
  baselines JSONB NOT NULL DEFAULT '{}',
  CONSTRAINT address_statistics_pkey PRIMARY KEY (address_id),
  CONSTRAINT address_statistics_address_fkey FOREIGN KEY (address_id) REFERENCES address (id) ON DELETE CASCADE ON UPDATE CASCADE
) WITH (fillfactor = 80);
CREATE INDEX address_statistics_depth ON address_statistics (space_id, depth, name);
CREATE INDEX address_statistics_in_rate ON address_statistics (space_id, in_rate, name);
CREATE INDEX address_statistics_out_rate ON address_statistics (space_id, out_rate, name);
CREATE INDEX address_statistics_senders ON address_statistics (space_id, senders, name);
CREATE INDEX address_statistics_receivers ON address_statistics (space_id, receivers, name);
CREATE INDEX address_statistics_dead_letters ON address_statistics (space_id, dead_letters, name);
CREATE INDEX address_statistics_changed ON address_statistics (space_id, changed_at);

INSERT INTO address_statistics (address_id, tenant_id, space_id, name) SELECT id, tenant_id, space_id, name FROM address;

CREATE FUNCTION postroom_add_statistics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO address_statistics (address_id, tenant_id, space_id, name) SELECT id, tenant_id, space_id, name FROM added;
  RETURN NULL;
END $$;
CREATE TRIGGER address_add_statistics AFTER INSERT ON address REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION postroom_add_statistics();

-- History: a row only for a pass in which a number changed. Counts are those since the row before; `…_before` is the value that had
-- held since then, so that no row has to be looked up outside a chart's range. The three tables are one shape: 10 s, 5 min, 1 h.
CREATE TABLE address_sample (
  tenant_id UUID NOT NULL,
  address_id UUID NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL,
  depth INTEGER NOT NULL,
  depth_before INTEGER NOT NULL,
  depth_max INTEGER NOT NULL,
  receivers INTEGER NOT NULL,
  receivers_before INTEGER NOT NULL,
  count_in INTEGER NOT NULL,
  count_out INTEGER NOT NULL,
  count_acknowledged INTEGER NOT NULL,
  count_rejected INTEGER NOT NULL,
  count_refused INTEGER NOT NULL,
  count_released INTEGER NOT NULL,
  count_expired INTEGER NOT NULL,
  count_dead_lettered INTEGER NOT NULL,
  CONSTRAINT address_sample_pkey PRIMARY KEY (address_id, at)
) PARTITION BY RANGE (at);
CREATE TABLE address_sample_5min (LIKE address_sample INCLUDING ALL) PARTITION BY RANGE (at);
CREATE TABLE address_sample_1h (LIKE address_sample INCLUDING ALL) PARTITION BY RANGE (at);

-- When each broker and gateway was sampled without a break: where none of its rows covers a time, nothing is known of it.
CREATE TABLE statistics_coverage (
  source TEXT NOT NULL,
  from_at TIMESTAMPTZ(3) NOT NULL,
  to_at TIMESTAMPTZ(3) NOT NULL,
  -- When the next pass must have come, lest the numbers count as not known.
  holds_until TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT statistics_coverage_pkey PRIMARY KEY (source, from_at)
);
-- One provisioner samples: the one that holds this row. Each new holder raises the epoch, and writes only with its own.
CREATE TABLE statistics_lease (
  is_only BOOLEAN NOT NULL DEFAULT true CHECK (is_only),
  held_by TEXT,
  held_until TIMESTAMPTZ(3),
  epoch BIGINT NOT NULL DEFAULT 0,
  rolled_5min_until TIMESTAMPTZ(3),
  rolled_1h_until TIMESTAMPTZ(3),
  CONSTRAINT statistics_lease_pkey PRIMARY KEY (is_only)
);
INSERT INTO statistics_lease DEFAULT VALUES;

DO $$
DECLARE guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['address_statistics', 'address_sample', 'address_sample_5min', 'address_sample_1h'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
    EXECUTE format('CREATE POLICY console_%1$s ON %1$I FOR SELECT TO postroom_console USING (tenant_id = postroom_tenant_id())', guarded);
    EXECUTE format('CREATE POLICY provisioner_%1$s ON %1$I FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true)', guarded);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO postroom_provisioner', guarded);
  END LOOP;
END $$;
-- The trigger adds the row as whoever adds the address.
CREATE POLICY console_address_statistics_add ON address_statistics FOR INSERT TO postroom_console WITH CHECK (tenant_id = postroom_tenant_id());
GRANT INSERT (address_id, tenant_id, space_id, name) ON address_statistics TO postroom_console;
GRANT SELECT (address_id, tenant_id, space_id, name, sampled_at, changed_at, depth, delivering, senders, receivers, dead_letters, oldest_at,
  in_rate, out_rate, growth, total_in, total_out, total_acknowledged, total_rejected, total_refused, total_released, total_expired,
  total_dead_lettered) ON address_statistics TO postroom_console;
GRANT SELECT ON address_sample, address_sample_5min, address_sample_1h, statistics_coverage TO postroom_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON statistics_coverage TO postroom_provisioner;
GRANT SELECT, UPDATE ON statistics_lease TO postroom_provisioner;

-- Makes partitions ahead and drops those that are too old; runs as the owner, since only an owner may. Partitions have no policy of
-- their own, so nobody reads one but through its table.
CREATE FUNCTION postroom_keep_sample_partitions() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  kind record;
  old record;
  starts timestamptz;
  partition text;
  changed integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(7238118);
  SET LOCAL lock_timeout = '2s';
  FOR kind IN
    SELECT * FROM (VALUES ('address_sample', interval '3 hours', interval '24 hours'), ('address_sample_5min', interval '1 day', interval '30 days'),
      ('address_sample_1h', interval '15 days', interval '365 days')) AS k (name, span, kept)
  LOOP
    FOR step IN 0..2 LOOP
      starts := date_bin(kind.span, now(), timestamptz '2026-01-01 00:00:00+00') + step * kind.span;
      partition := kind.name || '_' || to_char(starts AT TIME ZONE 'UTC', 'YYYYMMDD"t"HH24');
      CONTINUE WHEN to_regclass(partition) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', partition, kind.name, starts, starts + kind.span);
      EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
      EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
      changed := changed + 1;
    END LOOP;
    FOR old IN
      SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = kind.name::regclass
        AND substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$TO \('([^']+)'\)$re$)::timestamptz < now() - kind.kept
    LOOP
      EXECUTE format('DROP TABLE %I', old.relname);
      changed := changed + 1;
    END LOOP;
  END LOOP;
  RETURN changed;
END $$;
REVOKE EXECUTE ON FUNCTION postroom_keep_sample_partitions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION postroom_keep_sample_partitions() TO postroom_provisioner;
SELECT postroom_keep_sample_partitions();
