-- Since when an address is as it is, for those who ask why: exact to one sampling pass, written with it.
ALTER TABLE address_statistics
  ADD COLUMN no_receivers_since TIMESTAMPTZ(3),
  ADD COLUMN waiting_since TIMESTAMPTZ(3),
  ADD COLUMN last_rejected_at TIMESTAMPTZ(3),
  ADD COLUMN last_refused_at TIMESTAMPTZ(3),
  ADD COLUMN last_expired_at TIMESTAMPTZ(3),
  ADD COLUMN last_dead_lettered_at TIMESTAMPTZ(3),
  -- Last time that something happened to a message which nobody wishes for.
  ADD COLUMN mishap_at TIMESTAMPTZ(3) GENERATED ALWAYS AS (greatest(last_rejected_at, last_refused_at, last_expired_at, last_dead_lettered_at)) STORED;
GRANT SELECT (no_receivers_since, waiting_since, last_rejected_at, last_refused_at, last_expired_at, last_dead_lettered_at, mishap_at)
  ON address_statistics TO postroom_console;

-- What the support desk and the overviews of spaces look for. An address that is at rest is in none of these.
CREATE INDEX address_statistics_stuck ON address_statistics (depth DESC) WHERE depth > 0 AND out_rate = 0;
CREATE INDEX address_statistics_unheard ON address_statistics (senders DESC) WHERE senders > 0 AND receivers = 0;
CREATE INDEX address_statistics_mishap ON address_statistics (mishap_at) WHERE mishap_at IS NOT NULL;
CREATE INDEX address_statistics_top_depth ON address_statistics (depth DESC) WHERE depth > 0;
CREATE INDEX address_statistics_top_growth ON address_statistics (growth DESC) WHERE growth > 0;
CREATE INDEX address_statistics_top_in ON address_statistics (in_rate DESC) WHERE in_rate > 0;
CREATE INDEX address_statistics_top_out ON address_statistics (out_rate DESC) WHERE out_rate > 0;
CREATE INDEX address_statistics_top_oldest ON address_statistics (oldest_at) WHERE oldest_at IS NOT NULL;
CREATE INDEX address_statistics_top_dead_letters ON address_statistics (dead_letters DESC) WHERE dead_letters > 0;

-- Transactions of the permission platform-statistics:read (server/db/database.ts) read numbers and names of all tenants, and change nothing.
CREATE FUNCTION postroom_reads_statistics() RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT coalesce(current_setting('postroom.reads_statistics', true), '') = 'on' $$;
ALTER POLICY console_address_statistics ON address_statistics
  USING (tenant_id = (SELECT postroom_tenant_id()) OR (SELECT postroom_reads_statistics()));
ALTER POLICY console_address_sample ON address_sample
  USING (tenant_id = (SELECT postroom_tenant_id()) OR (SELECT postroom_reads_statistics()));
CREATE POLICY console_credential_statistics ON credential FOR SELECT TO postroom_console
  USING (tenant_id = (SELECT postroom_tenant_id()) OR (SELECT postroom_reads_statistics()));
