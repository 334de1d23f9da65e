-- A rotation replaces the secret; the one before works beside it until previous_secret_until. Hashes are SHA-256 of 32 random bytes.
ALTER TABLE credential
  ADD COLUMN secret_hash BYTEA,
  ADD COLUMN previous_secret_hash BYTEA,
  ADD COLUMN previous_secret_until TIMESTAMPTZ(3),
  ADD COLUMN rotated_at TIMESTAMPTZ(3),
  ADD CONSTRAINT credential_previous_secret CHECK ((previous_secret_hash IS NULL) = (previous_secret_until IS NULL));
CREATE INDEX credential_previous_secret_ending ON credential (previous_secret_until) WHERE previous_secret_until IS NOT NULL;
GRANT SELECT (previous_secret_until, rotated_at) ON credential TO postroom_console;
GRANT UPDATE (secret_hash, previous_secret_until, rotated_at) ON credential TO postroom_console;

-- The console may write hashes but not read them, so the one before is kept here.
CREATE FUNCTION postroom_keep_previous_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.previous_secret_hash := OLD.secret_hash;
  IF OLD.secret_hash IS NULL THEN NEW.previous_secret_until := NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER credential_keep_previous_secret BEFORE UPDATE OF secret_hash ON credential FOR EACH ROW
  WHEN (NEW.secret_hash IS DISTINCT FROM OLD.secret_hash) EXECUTE FUNCTION postroom_keep_previous_secret();

-- A rotation is done without leaving the phase Active.
DROP TRIGGER credential_announce_update ON credential;
CREATE TRIGGER credential_announce_update AFTER UPDATE ON credential FOR EACH ROW
  WHEN ((OLD.phase, OLD.reason, OLD.generation, OLD.observed_generation, OLD.previous_secret_until)
    IS DISTINCT FROM (NEW.phase, NEW.reason, NEW.generation, NEW.observed_generation, NEW.previous_secret_until))
  EXECUTE FUNCTION postroom_announce_change();

-- What the gateways say of its use; written by provisioners, at most once a minute.
ALTER TABLE credential
  ADD COLUMN connections INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN last_used_at TIMESTAMPTZ(3),
  ADD COLUMN use_noted_at TIMESTAMPTZ(3);
CREATE INDEX credential_connected ON credential (id) WHERE connections > 0;
GRANT SELECT (connections, last_used_at) ON credential TO postroom_console;
