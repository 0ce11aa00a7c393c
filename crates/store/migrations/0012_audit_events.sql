-- What people did with their accounts. An id begins with the moment until which it is kept, so that old
-- ones are found by the key alone. No foreign key: it outlives the account, and strangers' failures cost
-- what users' do.

CREATE TABLE audit_events (
    pool_id TEXT NOT NULL,
    id TEXT NOT NULL,
    sub TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    client_id TEXT NOT NULL,
    ip TEXT,
    PRIMARY KEY (pool_id, id)
);
CREATE INDEX audit_events_by_user ON audit_events (pool_id, sub, id);
