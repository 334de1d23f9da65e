-- When the provisioner last asked Keycloak whether the login still holds; null when it did not, or when it does not hold.
ALTER TABLE credential ADD COLUMN login_checked_at TIMESTAMPTZ(3);
