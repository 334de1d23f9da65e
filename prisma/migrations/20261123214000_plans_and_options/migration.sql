-- Versions of plans: raised with each change, so that rows say which one they were last asked to follow. A retired plan
-- is offered to nothing new; what is on it stays.
ALTER TABLE address_plan ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired_at timestamptz(3);
ALTER TABLE space_plan ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired_at timestamptz(3);
ALTER TABLE address_space ADD COLUMN plan_version integer NOT NULL DEFAULT 1;

-- What an address narrows of its plan; null follows the plan. Its broker address keeps the class of its first plan
-- (broker_class_id, null while that is the plan's own), since a queue cannot be renamed with its messages.
-- had_own_limits: a broker may have settings for this one address, which must go with it.
ALTER TABLE address
  ADD COLUMN plan_version integer NOT NULL DEFAULT 1,
  ADD COLUMN broker_class_id text,
  ADD COLUMN time_to_live_ms bigint CHECK (time_to_live_ms > 0),
  ADD COLUMN delivery_attempts integer CHECK (delivery_attempts > 0),
  ADD COLUMN consumers integer CHECK (consumers > 0),
  ADD COLUMN keeps_dead_letters boolean,
  ADD COLUMN had_own_limits boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT address_broker_class_id_fkey FOREIGN KEY (broker_class_id) REFERENCES address_plan (class_id);

-- Whoever changes the plan of a row, the class in its broker address stays.
CREATE FUNCTION postroom_follow_address_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  plan_class text;
BEGIN
  IF TG_OP = 'INSERT' OR NEW.plan_id <> OLD.plan_id THEN
    SELECT class_id, version INTO plan_class, NEW.plan_version FROM address_plan WHERE id = NEW.plan_id;
    IF TG_OP = 'UPDATE' THEN
      NEW.broker_class_id := nullif(coalesce(OLD.broker_class_id, (SELECT class_id FROM address_plan WHERE id = OLD.plan_id)), plan_class);
    END IF;
  END IF;
  NEW.had_own_limits := NEW.had_own_limits OR NEW.broker_class_id IS NOT NULL OR NEW.time_to_live_ms IS NOT NULL
    OR NEW.delivery_attempts IS NOT NULL OR NEW.consumers IS NOT NULL OR NEW.keeps_dead_letters IS NOT NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER address_follow_plan BEFORE INSERT OR UPDATE OF plan_id, time_to_live_ms, delivery_attempts, consumers, keeps_dead_letters
  ON address FOR EACH ROW EXECUTE FUNCTION postroom_follow_address_plan();

CREATE FUNCTION postroom_follow_space_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT version INTO NEW.plan_version FROM space_plan WHERE id = NEW.plan_id;
  RETURN NEW;
END $$;
CREATE TRIGGER address_space_follow_plan BEFORE INSERT OR UPDATE OF plan_id ON address_space
  FOR EACH ROW EXECUTE FUNCTION postroom_follow_space_plan();

-- The orders of the address list; each ends in the name, which is unique in a space. Phases other than Active are few.
CREATE INDEX address_space_id_name_idx ON address (space_id, name);
CREATE INDEX address_space_id_type_name_idx ON address (space_id, type, name);
CREATE INDEX address_space_id_plan_id_name_idx ON address (space_id, plan_id, name);
CREATE INDEX address_space_id_created_at_name_idx ON address (space_id, created_at, name);
CREATE INDEX address_in_phase ON address (space_id, phase, name) WHERE phase <> 'Active';
CREATE INDEX address_space_plan_id_idx ON address_space (plan_id);
CREATE INDEX address_plan_id_idx ON address (plan_id);

GRANT UPDATE (plan_version, time_to_live_ms, delivery_attempts, consumers, keeps_dead_letters) ON address TO postroom_console;
GRANT UPDATE (plan_id, plan_version, phase, reason, generation, attempts, next_attempt_at) ON address_space TO postroom_console;
CREATE POLICY console_address_space_change ON address_space FOR UPDATE TO postroom_console
  USING (tenant_id = postroom_tenant_id()) WITH CHECK (tenant_id = postroom_tenant_id());

-- Plans are everybody's to read; the console writes them only in a transaction of a platform role (server/db/database.ts).
CREATE FUNCTION postroom_guard_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'postroom_console' AND coalesce(current_setting('postroom.acts_on_platform', true), '') <> 'on' THEN
    RAISE EXCEPTION 'Plans are changed by platform administrators only.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER address_plan_guard BEFORE INSERT OR UPDATE ON address_plan FOR EACH ROW EXECUTE FUNCTION postroom_guard_plan();
CREATE TRIGGER space_plan_guard BEFORE INSERT OR UPDATE ON space_plan FOR EACH ROW EXECUTE FUNCTION postroom_guard_plan();
GRANT INSERT, UPDATE ON address_plan, space_plan TO postroom_console;

-- Who uses a plan: platform roles may read addresses of any tenant (permission address:read), and only read them.
CREATE POLICY console_address_all_tenants ON address FOR SELECT TO postroom_console
  USING (tenant_id = postroom_tenant_id() OR postroom_reads_all_tenants());
