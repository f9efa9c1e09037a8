-- Every test is a test of the order of gates: who holds one and then takes another that comes
-- before it could wait for somebody who waits for it. What a transaction holds is written down, and
-- the wrong order is refused, whether or not anybody is there to be met.
ALTER FUNCTION lock_promise_gates(bigint, bigint[]) RENAME TO lock_gates_unwatched;
CREATE FUNCTION lock_promise_gates(p_warehouse bigint, p_items bigint[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  held text[] := string_to_array(coalesce(current_setting('test.gates', true), ''), ' ');
  fresh text[];
BEGIN
  SELECT array_agg(k.gate)
  INTO fresh
  FROM (
    SELECT
      concat_ws(
        '.', lpad(p_warehouse::text, 9, '0'), lpad(owner_id::text, 9, '0'), lpad(id::text, 9, '0')
      ) AS gate
    FROM item
    WHERE id = ANY (p_items)
  ) k
  WHERE NOT k.gate = ANY (held);
  IF (SELECT min(f) FROM unnest(fresh) f) < (SELECT max(h) FROM unnest(held) h) THEN
    RAISE EXCEPTION 'gates out of order: % after %', fresh, held;
  END IF;
  PERFORM lock_gates_unwatched(p_warehouse, p_items);
  PERFORM set_config('test.gates', array_to_string(held || fresh, ' '), true);
END $$;
