CREATE TABLE products (
  sku STRING PRIMARY KEY,
  stock INT8 NOT NULL CHECK (stock >= 0)
);
--> statement-breakpoint
CREATE TABLE orders (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL REFERENCES users (id),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  INDEX orders_by_user (user_id)
);
--> statement-breakpoint
CREATE TABLE order_items (
  order_id UUID NOT NULL REFERENCES orders (id),
  sku STRING NOT NULL REFERENCES products (sku),
  quantity INT8 NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (order_id, sku),
  INDEX order_items_by_sku (sku)
);
