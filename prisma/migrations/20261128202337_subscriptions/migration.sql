-- A subscription is an address of its own, of a topic in the same space, and goes before it.
ALTER TABLE address_plan DROP CONSTRAINT address_plan_type_known,
  ADD CONSTRAINT address_plan_type_known CHECK (type IN ('queue', 'topic', 'subscription', 'anycast', 'multicast'));
CREATE UNIQUE INDEX address_space_id_id_key ON address (space_id, id);
ALTER TABLE address DROP CONSTRAINT address_type_known,
  ADD CONSTRAINT address_type_known CHECK (type IN ('queue', 'topic', 'subscription', 'anycast', 'multicast')),
  ADD COLUMN topic_id uuid,
  ADD CONSTRAINT address_topic_of_subscriptions CHECK ((topic_id IS NOT NULL) = (type = 'subscription')),
  ADD CONSTRAINT address_topic_fkey FOREIGN KEY (space_id, topic_id) REFERENCES address (space_id, id);
CREATE INDEX address_topic ON address (topic_id, name) WHERE topic_id IS NOT NULL;
