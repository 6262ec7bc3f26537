-- What was done to the inventory by hand, and the keys by which a repeated request is known.
CREATE TABLE IF NOT EXISTS stock_changes (
  product_id UUID NOT NULL,
  idempotency_key STRING NOT NULL,
  change INT4 NOT NULL,
  changed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT stock_changes_pkey PRIMARY KEY (product_id, idempotency_key),
  CONSTRAINT stock_changes_product_fkey FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE
);
