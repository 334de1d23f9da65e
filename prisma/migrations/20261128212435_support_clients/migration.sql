-- The support desk reads clients of all tenants as it reads their numbers (postroom_reads_statistics).
CREATE POLICY console_connection_statistics ON connection FOR SELECT TO postroom_console
  USING (tenant_id = (SELECT postroom_tenant_id()) OR (SELECT postroom_reads_statistics()));
CREATE POLICY console_link_statistics ON link FOR SELECT TO postroom_console
  USING (tenant_id = (SELECT postroom_tenant_id()) OR (SELECT postroom_reads_statistics()));
CREATE POLICY console_client_event_statistics ON client_event FOR SELECT TO postroom_console
  USING (tenant_id = (SELECT postroom_tenant_id()) OR (SELECT postroom_reads_statistics()));

-- The newest trouble of clients, across tenants.
CREATE INDEX client_event_trouble ON client_event (at DESC)
  WHERE kind IN ('login-refused', 'connection-refused', 'attach-refused', 'message-rejected', 'message-refused');
