-- The planner believes what it saw last. Seen at night, nothing is open, and of millions of rows
-- that are done a day's work is too few for the server to look again by itself: it then reads all
-- that is open for each row it wants. So it is shown when what is open has become much more, or
-- much less, than it believes. Only who owns a table may do that.
--
-- What tells open rows from done ones is looked at in 300,000 rows, not in 30,000: of ten million
-- the server would else meet none that is open, and believe that there is none.
ALTER TABLE promise ALTER ended_at SET STATISTICS 1000;
ALTER TABLE reservation ALTER ended_at SET STATISTICS 1000;
ALTER TABLE shipment ALTER state SET STATISTICS 1000;
CREATE FUNCTION look_again() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  off boolean;
BEGIN
  SELECT
    bool_or(
      k.live > 4 * greatest(c.reltuples, 0) + seen.least
      OR greatest(c.reltuples, 0) > 4 * k.live + seen.least
    )
  INTO off
  FROM (
    SELECT 'promise_open' AS name, count(*) AS live
    FROM promise
    WHERE ended_at IS NULL
    UNION ALL
    SELECT 'reservation_by_stop', count(*)
    FROM reservation
    WHERE ended_at IS NULL
    UNION ALL
    SELECT 'shipment_live', count(*)
    FROM shipment
    WHERE state NOT IN ('handed_over', 'cancelled')
  ) k
  JOIN pg_class c ON c.oid = ('public.' || k.name)::regclass
  JOIN pg_index x ON x.indexrelid = c.oid
  JOIN pg_class t ON t.oid = x.indrelid
  -- Fewer than that it would meet a few of, or none.
  CROSS JOIN LATERAL (SELECT 100 + greatest(t.reltuples, 0) / 30000 AS least) seen;
  IF off THEN
    ANALYZE promise (ended_at), reservation (ended_at), shipment (state), shipment_line, stop, trip,
      trip_shipment, tote_use, stock, parcel, label, exception, outbox, print_job, task, hold;
  END IF;
  RETURN coalesce(off, false);
END $$;
REVOKE EXECUTE ON FUNCTION look_again() FROM PUBLIC;
