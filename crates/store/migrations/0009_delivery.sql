-- Real senders: a message is tried until it is sent, refused, or of no more use.

-- What is not to be tried before then: somebody has it, or it failed and waits for its next turn.
ALTER TABLE outbox RENAME COLUMN leased_until TO due_at;
ALTER TABLE outbox ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
-- A dead letter: given up, without its payload. failure is what the last sender said.
ALTER TABLE outbox ADD COLUMN failed_at BIGINT;
ALTER TABLE outbox ADD COLUMN failure TEXT;

-- Each pool's mails and its texts are queues of their own.
CREATE INDEX outbox_waiting ON outbox (pool_id, channel, due_at, id)
    WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_kept ON outbox (id) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (failed_at) WHERE failed_at IS NOT NULL;
