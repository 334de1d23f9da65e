-- The key of a request that makes a tenant is taken before there is that tenant.
ALTER TABLE idempotency_key ALTER CONSTRAINT idempotency_key_tenant_fkey DEFERRABLE INITIALLY DEFERRED;
