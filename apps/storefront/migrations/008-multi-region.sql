-- Only on a multi-region database.
-- Users and their orders live in the region they were written from; the catalogue is read everywhere without leaving the region.
-- https://www.cockroachlabs.com/docs/v26.2/table-localities
ALTER TABLE users SET LOCALITY REGIONAL BY ROW;

ALTER TABLE orders SET LOCALITY REGIONAL BY ROW;

ALTER TABLE order_items SET LOCALITY REGIONAL BY ROW;

ALTER TABLE products SET LOCALITY GLOBAL;
