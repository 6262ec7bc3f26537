-- The catalogue is read everywhere and seldom written; the inventory is written by every order. So they are two tables.
CREATE TABLE IF NOT EXISTS products (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  sku STRING NOT NULL,
  name STRING NOT NULL,
  description STRING NOT NULL DEFAULT '',
  price DECIMAL(19,2) NOT NULL,
  attributes JSONB NOT NULL DEFAULT '{}',
  version INT4 NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT products_pkey PRIMARY KEY (id),
  CONSTRAINT products_price_positive CHECK (price >= 0),
  UNIQUE INDEX products_sku_key (sku)
);

CREATE TABLE IF NOT EXISTS inventory (
  product_id UUID NOT NULL,
  quantity INT4 NOT NULL,
  CONSTRAINT inventory_pkey PRIMARY KEY (product_id),
  CONSTRAINT inventory_product_fkey FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
  CONSTRAINT inventory_never_negative CHECK (quantity >= 0)
);
