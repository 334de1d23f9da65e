-- What the console must know to put the three tables of an address's history together without a gap or anything twice.
ALTER TABLE statistics_lease ADD COLUMN interval_ms INTEGER NOT NULL DEFAULT 10000;
GRANT SELECT (rolled_5min_until, rolled_1h_until, interval_ms) ON statistics_lease TO postroom_console;

-- Messages in and out of a whole space, for a chart of its last hour: a row for a pass in which there were any.
CREATE TABLE space_sample (
  tenant_id UUID NOT NULL,
  space_id UUID NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL,
  count_in BIGINT NOT NULL,
  count_out BIGINT NOT NULL,
  CONSTRAINT space_sample_pkey PRIMARY KEY (space_id, at)
) PARTITION BY RANGE (at);
ALTER TABLE space_sample ENABLE ROW LEVEL SECURITY;
ALTER TABLE space_sample FORCE ROW LEVEL SECURITY;
CREATE POLICY console_space_sample ON space_sample FOR SELECT TO postroom_console USING (tenant_id = postroom_tenant_id());
CREATE POLICY provisioner_space_sample ON space_sample FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
GRANT SELECT ON space_sample TO postroom_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON space_sample TO postroom_provisioner;

-- Makes partitions ahead and drops those that are too old; runs as the owner, since only an owner may. Partitions have no policy of
-- their own, so nobody reads one but through its table.
CREATE OR REPLACE FUNCTION postroom_keep_sample_partitions() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
      ('address_sample_1h', interval '15 days', interval '365 days'), ('space_sample', interval '3 hours', interval '3 hours')) AS k (name, span, kept)
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
SELECT postroom_keep_sample_partitions();
