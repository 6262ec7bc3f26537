-- Orders live beside their user: (user_id, id) keeps all orders of one user in neighbouring rows.
CREATE TABLE IF NOT EXISTS orders (
  user_id UUID NOT NULL,
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  status STRING NOT NULL DEFAULT 'placed',
  total DECIMAL(19,2) NOT NULL DEFAULT 0,
  skipped JSONB NOT NULL DEFAULT '[]',
  idempotency_key STRING NOT NULL,
  request_hash BYTES NOT NULL,
  version INT4 NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT orders_pkey PRIMARY KEY (user_id, id),
  CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT orders_status CHECK (status IN ('placed', 'paid', 'shipped', 'delivered', 'cancelled')),
  CONSTRAINT orders_total_positive CHECK (total >= 0),
  UNIQUE INDEX orders_idempotency_key (user_id, idempotency_key),
  INDEX orders_list_idx (user_id, created_at DESC, id DESC) STORING (status, total, version, updated_at)
);

CREATE TABLE IF NOT EXISTS order_items (
  user_id UUID NOT NULL,
  order_id UUID NOT NULL,
  product_id UUID NOT NULL,
  quantity INT4 NOT NULL,
  unit_price DECIMAL(19,2) NOT NULL,
  CONSTRAINT order_items_pkey PRIMARY KEY (user_id, order_id, product_id),
  CONSTRAINT order_items_order_fkey FOREIGN KEY (user_id, order_id) REFERENCES orders (user_id, id) ON DELETE CASCADE,
  CONSTRAINT order_items_product_fkey FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT order_items_quantity_positive CHECK (quantity > 0),
  INDEX order_items_product_idx (product_id)
);
