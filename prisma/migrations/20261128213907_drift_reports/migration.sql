-- What the slow loop of the provisioner found at each broker and gateway: nothing of any tenant's.
CREATE TABLE drift_report (
  -- `broker:<name>` or `gateway:<name>`
  part TEXT NOT NULL,
  compared_at TIMESTAMPTZ(3) NOT NULL,
  -- Differences that were set right, ever.
  repaired BIGINT NOT NULL DEFAULT 0,
  last_repaired_at TIMESTAMPTZ(3),
  -- Addresses of our form that nobody asked for, at the last comparison; they are left alone.
  unknown INTEGER NOT NULL DEFAULT 0,
  unknown_with_messages INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT drift_report_pkey PRIMARY KEY (part)
);
GRANT SELECT ON drift_report TO postroom_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON drift_report TO postroom_provisioner;
