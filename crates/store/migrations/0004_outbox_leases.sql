-- Who sends a message has it to themselves until then: of many nodes one sends it.

ALTER TABLE outbox ADD COLUMN leased_until BIGINT NOT NULL DEFAULT 0;
