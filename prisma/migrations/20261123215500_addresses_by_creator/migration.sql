-- The list's order by the person who made an address.
CREATE INDEX address_space_id_created_by_name_idx ON address (space_id, created_by, name);
