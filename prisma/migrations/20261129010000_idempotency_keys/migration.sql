-- What a request that creates was answered, so that the same request sent again is answered the same and makes nothing.
CREATE TABLE idempotency_key (
  tenant_id UUID NOT NULL,
  user_id TEXT NOT NULL,
  key UUID NOT NULL,
  procedure TEXT NOT NULL,
  -- SHA-256 of the input: the key is good for this request only.
  input_hash BYTEA NOT NULL,
  -- Null within the transaction that works on it.
  answer JSONB,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_key_pkey PRIMARY KEY (tenant_id, user_id, key),
  CONSTRAINT idempotency_key_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenant (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_key FORCE ROW LEVEL SECURITY;
CREATE POLICY console_idempotency_key ON idempotency_key FOR ALL TO postroom_console
  USING (tenant_id = postroom_tenant_id()) WITH CHECK (tenant_id = postroom_tenant_id());
CREATE POLICY provisioner_idempotency_key ON idempotency_key FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (answer) ON idempotency_key TO postroom_console;
GRANT SELECT, DELETE ON idempotency_key TO postroom_provisioner;
