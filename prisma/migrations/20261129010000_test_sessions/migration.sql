-- Logins from which the test client was opened and may be open still: the provisioner asks Keycloak about them until they end.
-- One row for a login in a tenant, however many connections it has. `login_session_id` is Keycloak's (`sid`), or ''.
CREATE TABLE test_session (
  tenant_id UUID NOT NULL,
  user_id TEXT NOT NULL,
  login_session_id TEXT NOT NULL,
  email TEXT NOT NULL,
  opened_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  ends_at TIMESTAMPTZ(3) NOT NULL,
  checked_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT test_session_pkey PRIMARY KEY (tenant_id, user_id, login_session_id),
  CONSTRAINT test_session_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX test_session_checked ON test_session (checked_at);
ALTER TABLE test_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE test_session FORCE ROW LEVEL SECURITY;
CREATE POLICY console_test_session ON test_session FOR ALL TO postroom_console
  USING (tenant_id = postroom_tenant_id()) WITH CHECK (tenant_id = postroom_tenant_id());
CREATE POLICY provisioner_test_session ON test_session FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (email, opened_at, ends_at) ON test_session TO postroom_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON test_session TO postroom_provisioner;
