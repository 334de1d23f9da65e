-- Who holds roles across tenants. `roles` is what Keycloak says, which the provisioner reads again and again; `wanted_roles` is what
-- a platform-admin asked for, until the provisioner has made it so. A row without either goes.
CREATE TABLE platform_person (
  email TEXT NOT NULL,
  user_id TEXT,
  name TEXT NOT NULL DEFAULT '',
  roles TEXT[] NOT NULL DEFAULT '{}',
  wanted_roles TEXT[],
  phase TEXT NOT NULL DEFAULT 'Active',
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT platform_person_pkey PRIMARY KEY (email),
  CONSTRAINT platform_person_phase_known CHECK (phase IN ('Active', 'Pending', 'Failed')),
  CONSTRAINT platform_person_roles_known CHECK (roles <@ ARRAY['platform-admin', 'support'] AND (wanted_roles IS NULL OR wanted_roles <@ ARRAY['platform-admin', 'support']))
);
ALTER TABLE platform_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_person FORCE ROW LEVEL SECURITY;
-- No tenant's data: for the console only in a transaction of a platform role.
CREATE POLICY console_platform_person ON platform_person TO postroom_console
  USING (postroom_acts_on_platform()) WITH CHECK (postroom_acts_on_platform());
CREATE POLICY provisioner_platform_person ON platform_person TO postroom_provisioner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON platform_person TO postroom_console;
GRANT UPDATE (wanted_roles, phase, reason, attempts, next_attempt_at) ON platform_person TO postroom_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform_person TO postroom_provisioner;
