-- The keys of what a user makes that has no key of its own. With the id and the time, the request gives its first answer again, whatever has become of the thing.
CREATE TABLE IF NOT EXISTS creations (
  user_id UUID NOT NULL,
  kind STRING NOT NULL,
  idempotency_key STRING NOT NULL,
  request_hash BYTES NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT creations_pkey PRIMARY KEY (user_id, kind, idempotency_key),
  CONSTRAINT creations_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT creations_kind CHECK (kind IN ('account', 'post'))
);
