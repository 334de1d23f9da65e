-- What a space does when a program asks for an address that is not there. A space without rules makes none.
CREATE TABLE auto_create_rule (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  space_id UUID NOT NULL,
  pattern TEXT NOT NULL,
  -- With `/` as `.`: the form under which patterns collide.
  pattern_key TEXT NOT NULL GENERATED ALWAYS AS (replace(pattern, '/', '.')) STORED,
  type TEXT NOT NULL,
  plan_id TEXT NOT NULL,
  delete_unused_minutes INTEGER,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  created_by TEXT NOT NULL,
  CONSTRAINT auto_create_rule_pkey PRIMARY KEY (id),
  CONSTRAINT auto_create_rule_space_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES address_space (tenant_id, id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT auto_create_rule_plan_fkey FOREIGN KEY (plan_id) REFERENCES address_plan (id),
  CONSTRAINT auto_create_rule_type_known CHECK (type IN ('queue', 'topic', 'anycast', 'multicast')),
  CONSTRAINT auto_create_rule_minutes CHECK (delete_unused_minutes BETWEEN 1 AND 525600)
);
CREATE UNIQUE INDEX auto_create_rule_space_pattern ON auto_create_rule (space_id, pattern_key);
CREATE UNIQUE INDEX auto_create_rule_tenant_id_id_key ON auto_create_rule (tenant_id, id);
ALTER TABLE auto_create_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE auto_create_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY console_auto_create_rule ON auto_create_rule FOR ALL TO postroom_console
  USING (tenant_id = postroom_tenant_id()) WITH CHECK (tenant_id = postroom_tenant_id());
CREATE POLICY provisioner_auto_create_rule ON auto_create_rule FOR ALL TO postroom_provisioner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (pattern, type, plan_id, delete_unused_minutes) ON auto_create_rule TO postroom_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON auto_create_rule TO postroom_provisioner;

-- By which rule an address was made; the rule says when it goes again. Without the rule it stays.
-- only_if_empty: its deletion was not a person's wish, so messages that came meanwhile call it off.
ALTER TABLE address
  ADD COLUMN auto_create_rule_id UUID,
  ADD COLUMN only_if_empty BOOLEAN NOT NULL DEFAULT false,
  ADD CONSTRAINT address_auto_create_rule_fkey FOREIGN KEY (tenant_id, auto_create_rule_id) REFERENCES auto_create_rule (tenant_id, id)
    ON DELETE SET NULL (auto_create_rule_id) ON UPDATE CASCADE;
CREATE INDEX address_auto_create_rule ON address (auto_create_rule_id) WHERE auto_create_rule_id IS NOT NULL;
GRANT UPDATE (auto_create_rule_id, only_if_empty) ON address TO postroom_console;
