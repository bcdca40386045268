-- One hold of one hot row in five round trips, as a careful service without batches.
BEGIN;
SELECT held, sold FROM bench_stock WHERE id = 1 FOR NO KEY UPDATE;
INSERT INTO bench_orders (units) VALUES (1);
UPDATE bench_stock SET held = held + 1 WHERE id = 1;
COMMIT;
