-- Lists in the order of the first message's age; addresses without one come behind all others. A column, since Postgres takes no
-- index on an expression for a place in an order.
ALTER TABLE address_statistics ADD COLUMN oldest_order TIMESTAMPTZ GENERATED ALWAYS AS (coalesce(oldest_at, 'infinity')) STORED;
GRANT SELECT (oldest_order) ON address_statistics TO postroom_console;
CREATE INDEX address_statistics_oldest_order ON address_statistics (space_id, oldest_order, name);
