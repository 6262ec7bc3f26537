-- Events are written with what they tell of, in one transaction, and removed when they are delivered.
-- The key and its sequence are the order in which receivers see them; for an order that is its version.
CREATE TABLE IF NOT EXISTS outbox (
  key UUID NOT NULL,
  sequence INT4 NOT NULL,
  type STRING NOT NULL,
  payload JSONB NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  attempts INT4 NOT NULL DEFAULT 0,
  due_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT outbox_pkey PRIMARY KEY (key, sequence),
  INDEX outbox_due_idx (due_at)
);

-- What no receiver took after many attempts; the events after it go on.
CREATE TABLE IF NOT EXISTS dead_letters (
  key UUID NOT NULL,
  sequence INT4 NOT NULL,
  type STRING NOT NULL,
  payload JSONB NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  attempts INT4 NOT NULL,
  last_error STRING NOT NULL,
  died_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT dead_letters_pkey PRIMARY KEY (key, sequence)
);
