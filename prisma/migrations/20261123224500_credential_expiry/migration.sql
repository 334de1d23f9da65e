-- When a credential ends by itself; null for never. It is chosen when the credential is made and not changed afterwards.
ALTER TABLE credential ADD COLUMN expires_at TIMESTAMPTZ(3);
CREATE INDEX credential_expiring ON credential (expires_at) WHERE expires_at IS NOT NULL AND phase <> 'Terminating';
GRANT SELECT (expires_at) ON credential TO postroom_console;
