-- An order says what was sold, whatever the product is called by now. Items from before have none, and show the name of today.
ALTER TABLE order_items ADD COLUMN IF NOT EXISTS name STRING;
