-- The server's clock may go back: what a clock that was ahead put off must not wait for it to be
-- that late again.
CREATE TABLE clock_seen (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  at  timestamptz NOT NULL
);

-- Notes what time it is. Where it was later before, what is put off or leased is due now, and
-- badges that were closed then are open; returns by how much the clock went back, else null.
CREATE FUNCTION mend_clock() RETURNS interval LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  was_ahead interval := (SELECT seen.at - now() FROM clock_seen seen FOR UPDATE);
BEGIN
  INSERT INTO clock_seen AS seen (at) VALUES (now())
  ON CONFLICT (one) DO UPDATE SET at = excluded.at;
  -- Machines put their clocks right by seconds all the time.
  IF was_ahead IS NULL OR was_ahead < interval '10 seconds' THEN RETURN NULL; END IF;
  UPDATE job SET next_at = now() WHERE next_at > now() AND isfinite(next_at);
  UPDATE job SET lease_until = now() WHERE lease_until > now();
  UPDATE outbox SET next_at = now() WHERE next_at > now() AND isfinite(next_at);
  UPDATE print_job SET next_at = now() WHERE next_at > now() AND done_at IS NULL;
  UPDATE day_turn SET next_at = '-infinity', lease_until = NULL;
  UPDATE need SET day_until = '-infinity' WHERE day_from > now();
  UPDATE question SET claimed_until = now() WHERE claimed_until > now();
  UPDATE pin_try SET failed_at = now() WHERE failed_at > now();
  RETURN was_ahead;
END $$;
