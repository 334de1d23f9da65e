-- Announcements say whether there is work to do, so that a provisioner does not look for some after each row it has finished.
CREATE OR REPLACE FUNCTION postroom_announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
BEGIN
  PERFORM pg_notify('postroom_changes', jsonb_build_object(
    'table', TG_TABLE_NAME,
    'tenantId', changed ->> 'tenant_id',
    'spaceId', CASE WHEN TG_TABLE_NAME = 'address_space' THEN changed ->> 'id' ELSE changed ->> 'space_id' END,
    'id', changed ->> 'id',
    'name', coalesce(changed ->> 'name', ''),
    'phase', changed ->> 'phase',
    'due', TG_OP <> 'DELETE' AND coalesce(changed ->> 'phase' <> 'Active' OR changed ->> 'observed_generation' <> changed ->> 'generation', true),
    'gone', TG_OP = 'DELETE')::text);
  RETURN NULL;
END $$;
