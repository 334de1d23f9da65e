-- Lists in the order of the first message's age; addresses without one come behind all others.
CREATE INDEX address_statistics_oldest_at ON address_statistics (space_id, (coalesce(oldest_at, 'infinity')), name);
