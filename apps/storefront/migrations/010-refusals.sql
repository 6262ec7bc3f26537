-- A refusal is an answer too: whoever repeats a request under its key gets it again, even if the request could be granted by now.
CREATE TABLE IF NOT EXISTS refused_transfers (
  from_account_id UUID NOT NULL,
  idempotency_key STRING NOT NULL,
  to_account_id UUID NOT NULL,
  amount DECIMAL(19,2) NOT NULL,
  reason STRING NOT NULL,
  refused_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT refused_transfers_pkey PRIMARY KEY (from_account_id, idempotency_key),
  INDEX refused_transfers_age_idx (refused_at)
);

CREATE TABLE IF NOT EXISTS refused_orders (
  user_id UUID NOT NULL,
  idempotency_key STRING NOT NULL,
  request_hash BYTES NOT NULL,
  skipped JSONB NOT NULL,
  refused_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT refused_orders_pkey PRIMARY KEY (user_id, idempotency_key),
  CONSTRAINT refused_orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  INDEX refused_orders_age_idx (refused_at)
);
