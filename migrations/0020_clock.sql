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
  UPDATE shop_token SET next_at = now() WHERE next_at > now() AND isfinite(next_at);
  UPDATE day_turn SET next_at = '-infinity';
  UPDATE need SET day_until = '-infinity' WHERE day_from > now();
  -- Whoever is at something still keeps it for as long as it can take.
  UPDATE job SET lease_until = now() + interval '5 minutes'
  WHERE lease_until > now() + interval '5 minutes';
  UPDATE shop_token SET lease_until = now() + interval '5 minutes'
  WHERE lease_until > now() + interval '5 minutes';
  UPDATE day_turn SET lease_until = now() + interval '5 minutes'
  WHERE lease_until > now() + interval '5 minutes';
  UPDATE outbox SET next_at = now() + interval '1 minute'
  WHERE next_at > now() + interval '1 minute' AND isfinite(next_at);
  UPDATE print_job SET next_at = now() + interval '25 seconds'
  WHERE next_at > now() + interval '25 seconds' AND done_at IS NULL;
  UPDATE question SET claimed_until = now() + interval '10 seconds'
  WHERE claimed_until > now() + interval '10 seconds';
  UPDATE pin_try SET failed_at = now() WHERE failed_at > now();
  RETURN was_ahead;
END $$;
