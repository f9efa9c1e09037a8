-- The door: badge and PIN. What a PIN hashes to is read here and nowhere else.

-- Wrong PINs, by whose badge and at which terminal, and who signed on where.
CREATE TABLE pin_try (
  person_id    bigint NOT NULL REFERENCES person,
  terminal     text NOT NULL,
  -- Wrong ones since the last right one there; of those the person was told so many.
  failed       int NOT NULL DEFAULT 0,
  told         int NOT NULL DEFAULT 0,
  failed_at    timestamptz,
  signed_on_at timestamptz,
  PRIMARY KEY (person_id, terminal)
);
CREATE INDEX pin_try_by_terminal ON pin_try (terminal) WHERE failed > 0;

-- How long a door stays closed after so many wrong PINs: five are forgiven, then it is a minute,
-- and twice as long after each more, up to a quarter of an hour.
CREATE FUNCTION closed_for(p_failed bigint) RETURNS interval LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_failed < 5 THEN interval '0'
    ELSE least(interval '1 minute' * power(2, least(p_failed - 5, 8)), interval '15 minutes')
  END
$$;

-- Where the person signed on this month they work.
CREATE FUNCTION works_at(p_person bigint, p_terminal text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1
    FROM pin_try pt
    WHERE pt.person_id = p_person
      AND pt.terminal = p_terminal
      AND pt.signed_on_at > now() - interval '30 days'
  )
$$;

-- Until when a badge is closed at a terminal. Where the person signed on this month only what was
-- tried there with their badge counts, so that nobody shuts them out of where they work; elsewhere
-- all that was tried within the hour with their badge, and all that was tried at that terminal.
CREATE FUNCTION door_closed_until(p_person bigint, p_terminal text)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
  WITH tried AS (
    SELECT coalesce(sum(pt.failed), 0)::bigint AS failed, max(pt.failed_at) AS failed_at
    FROM pin_try pt
    WHERE pt.person_id = p_person AND pt.terminal = p_terminal
    UNION ALL
    SELECT coalesce(sum(pt.failed), 0)::bigint, max(pt.failed_at)
    FROM pin_try pt
    WHERE pt.person_id = p_person
      AND pt.failed_at > now() - interval '1 hour'
      AND NOT works_at(p_person, p_terminal)
    UNION ALL
    -- Shifts change: many people mistype once at the terminal by the gate.
    SELECT coalesce(sum(pt.failed), 0)::bigint / 4, max(pt.failed_at)
    FROM pin_try pt
    WHERE pt.terminal = p_terminal
      AND pt.failed > 0
      AND pt.failed_at > now() - interval '1 hour'
      AND NOT works_at(p_person, p_terminal)
  )
  -- What closes nothing must not close it for the blink between two transactions' clocks either.
  SELECT max(tr.failed_at + closed_for(tr.failed))
  FROM tried tr
  WHERE closed_for(tr.failed) > interval '0'
$$;

-- What is known at the door of whoever has a badge: enough to ask for the PIN and to hash it as it
-- was hashed when it was set (`salt`: the hash's head, without what it hashes to).
CREATE FUNCTION door(p_badge text, p_terminal text, OUT person_id bigint, OUT name text,
  OUT active boolean, OUT salt text, OUT locked_s bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT
    pe.id,
    pe.name,
    pe.active,
    regexp_replace(pe.pin_hash, '[$][^$]*$', ''),
    nullif(
      greatest(
        ceil(extract(epoch FROM door_closed_until(pe.id, p_terminal) - now()))::bigint,
        0
      ),
      0
    )
  FROM person pe
  WHERE pe.badge = p_badge AND pe.role <> 'system'
$$;

-- A PIN that somebody offers at a door. It is counted as wrong before it is looked at, and looked
-- at once that is committed: whoever takes the answer back does not take the count back. Nobody
-- guesses the number of another's.
CREATE TABLE pin_offer (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  person_id bigint NOT NULL REFERENCES person,
  terminal  text NOT NULL,
  hash      text NOT NULL,
  made_by   xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at        timestamptz NOT NULL DEFAULT now()
);

-- Offers a PIN's hash. Null: nobody who may sign on, or the badge is closed there.
CREATE FUNCTION offer_pin(p_person bigint, p_hash text, p_terminal text)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  offer uuid;
BEGIN
  -- One at a time, whichever terminals ask at once.
  PERFORM 1
  FROM person
  WHERE id = p_person AND active AND role <> 'system'
  FOR NO KEY UPDATE;
  IF NOT FOUND OR door_closed_until(p_person, p_terminal) > now() THEN RETURN NULL; END IF;
  INSERT INTO pin_try (person_id, terminal, failed, failed_at)
  VALUES (p_person, p_terminal, 1, now())
  ON CONFLICT ON CONSTRAINT pin_try_pkey
  DO UPDATE SET failed = pin_try.failed + 1, failed_at = now();
  DELETE FROM pin_offer WHERE at < now() - interval '1 minute';
  INSERT INTO pin_offer (person_id, terminal, hash)
  VALUES (p_person, p_terminal, p_hash)
  RETURNING id
  INTO offer;
  RETURN offer;
END $$;

-- Was the right PIN offered? Then nothing was tried there. Null: no such offer, or none that is
-- committed.
CREATE FUNCTION pin_is_right(p_offer uuid) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  o record;
  is_right boolean;
BEGIN
  DELETE FROM pin_offer po
  WHERE po.id = p_offer AND po.made_by <> pg_current_xact_id()
  RETURNING po.person_id, po.terminal, po.hash
  INTO o;
  IF o.person_id IS NULL THEN RETURN NULL; END IF;
  SELECT pe.pin_hash = o.hash
  INTO is_right
  FROM person pe
  WHERE pe.id = o.person_id AND pe.active;
  IF is_right THEN
    UPDATE pin_try
    SET signed_on_at = now(), failed = 0, told = 0
    WHERE person_id = o.person_id AND terminal = o.terminal;
  ELSE
    INSERT INTO audit (person, action, subject)
    SELECT code, 'pin_wrong', o.terminal FROM person WHERE id = o.person_id;
  END IF;
  RETURN coalesce(is_right, false);
END $$;

-- The right PIN was offered: this terminal's session speaks for the person from now on, and no
-- other does; they hear what was tried elsewhere in their name. `p_step`: where they stand who
-- never stood anywhere.
CREATE FUNCTION sign_on(p_offer uuid, p_session uuid, p_step jsonb)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  who record;
  is_right boolean;
BEGIN
  SELECT pe.id, pe.code, po.terminal
  INTO who
  FROM pin_offer po
  JOIN person pe ON pe.id = po.person_id
  WHERE po.id = p_offer;
  is_right := pin_is_right(p_offer);
  IF is_right THEN
    INSERT INTO standing (person_id, session, terminal, step)
    VALUES (who.id, session_key(p_session), who.terminal, p_step::json)
    ON CONFLICT (person_id)
    DO UPDATE SET session = excluded.session, terminal = excluded.terminal, updated_at = now();
    INSERT INTO audit (person, action, subject) VALUES (who.code, 'sign_on', who.terminal);
    WITH untold AS (
      UPDATE pin_try pt
      SET told = pt.failed
      FROM pin_try before_pt
      WHERE pt.person_id = who.id
        AND pt.failed > pt.told
        AND before_pt.person_id = pt.person_id
        AND before_pt.terminal = pt.terminal
      RETURNING pt.terminal, pt.failed - before_pt.told AS n
    )
    INSERT INTO notice (person_id, text)
    SELECT
      who.id,
      json_build_object(
        'key', 'door-tried',
        'args', json_build_object(
          'n', json_build_object('count', sum(ut.n)),
          'terminal', json_build_object('plain', string_agg(ut.terminal, ', ' ORDER BY ut.n DESC))
        )
      )
    FROM untold ut
    HAVING count(*) > 0;
  END IF;
  RETURN is_right;
END $$;

-- Nobody speaks for the person who spoke here; where they stand is kept.
CREATE FUNCTION sign_off() RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE standing SET session = NULL WHERE person_id = acting()
$$;

-- Whose badges these are: a badge is known to whoever holds it, and read by nobody.
CREATE FUNCTION badge_holders(p_badges text[])
RETURNS TABLE (badge text, person_id bigint) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT pe.badge, pe.id
  FROM person pe
  WHERE pe.active AND pe.badge = ANY (p_badges)
$$;

-- Is it the PIN that the person has? For who sets another one.
CREATE FUNCTION pin_is_the_same(p_person bigint, p_hash text) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(pin_hash = p_hash, false) FROM person WHERE id = p_person
$$;

-- By which keys PINs are hashed, and how many people's: a copy of the database has those without
-- one, where `key` is empty.
CREATE FUNCTION pin_keys(OUT key text, OUT people bigint) RETURNS SETOF record LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(substring(pin_hash FROM 'keyid=([^,$]+)'), '') AS named, count(*)
  FROM person
  WHERE active AND pin_hash IS NOT NULL
  GROUP BY named
$$;

-- A supervisor opens a badge again: what was tried with it counts no more.
CREATE FUNCTION free_badge(p_person bigint) RETURNS boolean LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH freed AS (
    UPDATE pin_try pt
    SET failed = 0, told = 0
    WHERE pt.person_id = p_person
      AND pt.failed > 0
      AND (session_user <> 'wavedeck_app' OR acting('{exceptions}') IS NOT NULL)
    RETURNING 1
  )
  SELECT EXISTS (SELECT 1 FROM freed)
$$;
