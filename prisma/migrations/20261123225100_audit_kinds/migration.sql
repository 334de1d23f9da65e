-- What happens rarely, by kind of object and by outcome, is found without reading what happens often.
CREATE INDEX audit_entry_tenant_type ON audit_entry (tenant_id, object_type, at DESC, id DESC);
CREATE INDEX audit_entry_tenant_outcome ON audit_entry (tenant_id, outcome, at DESC, id DESC);
CREATE INDEX audit_entry_type ON audit_entry (object_type, at DESC, id DESC);
CREATE INDEX audit_entry_outcome ON audit_entry (outcome, at DESC, id DESC);
