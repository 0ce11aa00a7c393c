-- What has gone out within a day: to an address, for an account, asked for by somebody, to neighbouring
-- numbers, in texts altogether. The key is a keyed hash of which of these, and of whom: who reads the
-- table learns no address. No foreign key: strangers have budgets too.
CREATE TABLE send_budgets (
    key BLOB NOT NULL PRIMARY KEY,
    sends BLOB NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX send_budgets_by_expiry ON send_budgets (expires_at);

-- A code that was not sent because a budget was spent: guesses at it are worth nothing, so they do not
-- count against the factor.
ALTER TABLE codes ADD COLUMN withheld BIGINT NOT NULL DEFAULT 0;
