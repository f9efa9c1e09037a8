-- The day's turn: what no longer keeps long enough is stopped where it is. Each function does a
-- part and says how much; what is done is found done, so a turn that was cut off is begun again.

-- Whose turn it is, by this token. Null: nobody's, or another has it.
CREATE FUNCTION claim_turn(p_lease_s double precision)
RETURNS TABLE (warehouse bigint, fencing_token bigint) LANGUAGE sql AS $$
  WITH due AS (
    SELECT dt.warehouse_id
    FROM day_turn dt
    WHERE dt.next_at <= site_now() AND coalesce(dt.lease_until, '-infinity') < now()
    ORDER BY dt.next_at, dt.warehouse_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE day_turn dt
  SET
    lease_until = now() + make_interval(secs => p_lease_s),
    fencing_token = dt.fencing_token + 1
  FROM due
  WHERE dt.warehouse_id = due.warehouse_id
  RETURNING dt.warehouse_id, dt.fencing_token
$$;

-- The turn is done: the next is the earliest of midnight and the cut-offs that are still to come.
-- False: somebody else took it over.
CREATE FUNCTION end_turn(p_warehouse bigint, p_fencing_token bigint)
RETURNS boolean LANGUAGE sql AS $$
  WITH done AS (
    UPDATE day_turn dt
    SET
      turned_at = site_now(),
      lease_until = NULL,
      next_at = coalesce(
        (SELECT min(day_turns_at(p_warehouse, sv.id)) FROM carrier_service sv),
        site_now() + interval '1 hour'
      )
    WHERE dt.warehouse_id = p_warehouse AND dt.fencing_token = p_fencing_token
    RETURNING 1
  )
  SELECT EXISTS (SELECT 1 FROM done)
$$;

-- Asks for a decision about every item whose open promises do not all fit any more.
CREATE FUNCTION ask_for_overdue(p_warehouse bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  items bigint[];
BEGIN
  SELECT array_agg(b)
  INTO items
  FROM promises_broken(
    p_warehouse,
    (
      SELECT array_agg(DISTINCT item_id)
      FROM promise
      WHERE warehouse_id = p_warehouse AND ended_at IS NULL AND open > 0
    )
  ) b;
  IF items IS NULL THEN RETURN; END IF;
  PERFORM lock_promise_gates(p_warehouse, items);
  PERFORM ask_for_decision(p_warehouse, items);
END $$;

-- What is to be decided next: so many items of one warehouse, each with when it was asked for. Who
-- is asked again meanwhile has a later time, and is not taken for decided.
CREATE FUNCTION asked_for(p_most bigint)
RETURNS TABLE (warehouse bigint, item bigint, asked text) LANGUAGE sql STABLE AS $$
  SELECT warehouse_id, item_id, asked_at::text
  FROM promise_gate
  WHERE asked_at IS NOT NULL
    AND warehouse_id = (SELECT min(warehouse_id) FROM promise_gate WHERE asked_at IS NOT NULL)
  ORDER BY item_id
  LIMIT p_most
$$;
CREATE FUNCTION was_decided(p_warehouse bigint, p_items bigint[], p_asked text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_promise_gates(p_warehouse, p_items);
  UPDATE promise_gate g
  SET asked_at = NULL
  FROM unnest(p_items, p_asked) AS u(item_id, asked_at)
  WHERE g.warehouse_id = p_warehouse
    AND g.item_id = u.item_id
    AND g.asked_at = u.asked_at::timestamptz;
END $$;
