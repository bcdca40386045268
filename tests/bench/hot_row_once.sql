-- The same in one statement.
WITH taken AS (UPDATE bench_stock SET held = held + 1 WHERE id = 1 RETURNING id)
INSERT INTO bench_orders (units) SELECT 1 FROM taken;
