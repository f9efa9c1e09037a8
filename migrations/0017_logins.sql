-- Who may do it. A console's login writes nothing before somebody is signed on: each transaction of
-- a person's names the session that their terminal got at the door, and what consoles write is
-- compared with it and with the person's rights. Other logins have no such person; what they may is
-- granted to them. The grants themselves are made with the logins, after the migrations.

-- The person who speaks in this transaction, if they have one of these rights (null: whichever they
-- have). Null: nobody does.
CREATE FUNCTION acting(p_rights text[] DEFAULT NULL) RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT pe.id
  FROM person pe
  JOIN standing sd ON sd.person_id = pe.id
  JOIN role ro ON ro.code = pe.role
  WHERE pe.code = current_setting('wavedeck.person', true)
    AND pe.active
    AND sd.session = session_key(nullif(current_setting('wavedeck.session', true), '')::uuid)
    AND (p_rights IS NULL OR ro.rights && p_rights)
$$;

-- The trigger's arguments are rights: one of them is asked for, or none in particular.
CREATE FUNCTION ask_who_acts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF public.acting(CASE WHEN tg_nargs > 0 THEN tg_argv END) IS NULL THEN
    RAISE EXCEPTION 'nobody who may do this is signed on (%, %)', tg_table_name, lower(tg_op)
      USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION speaks_for_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'in the name of somebody who is not signed on here (%)', tg_table_name
    USING ERRCODE = '42501';
END $$;

-- What is known at the door of whoever has a badge: enough to ask for the PIN and to hash it as it
-- was hashed when it was set (`salt`: the hash's head, without what it hashes to).
CREATE FUNCTION door(p_badge text, OUT person_id bigint, OUT name text, OUT active boolean,
  OUT salt text, OUT locked_s bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT
    pe.id,
    pe.name,
    pe.active,
    regexp_replace(pe.pin_hash, '[$][^$]*$', ''),
    nullif(greatest(ceil(extract(epoch FROM pe.locked_until - now()))::bigint, 0), 0)
  FROM person pe
  WHERE pe.badge = p_badge AND pe.role <> 'system'
$$;

-- Compares a PIN's hash and counts: five wrong ones close the badge for a minute, whichever
-- terminals they come from. Null: nobody who may sign on, or the badge is closed.
CREATE FUNCTION pin_is_right(p_person bigint, p_hash text, p_terminal text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  who record;
  is_right boolean;
BEGIN
  SELECT pe.code, pe.pin_hash
  INTO who
  FROM person pe
  WHERE pe.id = p_person
    AND pe.active
    AND pe.role <> 'system'
    AND coalesce(pe.locked_until <= now(), true)
  FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  is_right := coalesce(who.pin_hash = p_hash, false);
  UPDATE person
  SET
    locked_until = CASE
      WHEN NOT is_right AND failed_pins + 1 >= 5 THEN now() + interval '1 minute'
    END,
    failed_pins = CASE WHEN is_right OR failed_pins + 1 >= 5 THEN 0 ELSE failed_pins + 1 END
  WHERE id = p_person;
  IF NOT is_right THEN
    INSERT INTO audit (person, action, subject) VALUES (who.code, 'pin_wrong', p_terminal);
  END IF;
  RETURN is_right;
END $$;

-- The right badge and PIN: this terminal's session speaks for the person from now on, and no other
-- does. `p_step`: where they stand who never stood anywhere.
CREATE FUNCTION sign_on(p_badge text, p_hash text, p_session uuid, p_terminal text, p_step jsonb)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  who record;
  is_right boolean;
BEGIN
  SELECT pe.id, pe.code
  INTO who
  FROM person pe
  WHERE pe.badge = p_badge;
  is_right := pin_is_right(who.id, p_hash, p_terminal);
  IF is_right THEN
    INSERT INTO standing (person_id, session, terminal, step)
    VALUES (who.id, session_key(p_session), p_terminal, p_step::json)
    ON CONFLICT (person_id)
    DO UPDATE SET session = excluded.session, terminal = excluded.terminal, updated_at = now();
    INSERT INTO audit (person, action, subject) VALUES (who.code, 'sign_on', p_terminal);
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

-- What a person waits for and only the background task may do, who alone knows the shops' secrets:
-- a shop is read again, then a box gets its label or goes on a list. The row goes with its answer.
CREATE TABLE question (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parcel_id     bigint NOT NULL REFERENCES parcel,
  kind          text NOT NULL CONSTRAINT question_kind CHECK (kind IN ('label', 'hand_over')),
  asked_at      timestamptz NOT NULL DEFAULT now(),
  -- Somebody is at it until then; nobody else's answer counts than that of the last fence.
  claimed_until timestamptz NOT NULL DEFAULT '-infinity',
  fencing_token bigint NOT NULL DEFAULT 0,
  answer        json
);
CREATE INDEX question_open ON question (id) WHERE answer IS NULL;
CREATE INDEX question_by_parcel ON question (parcel_id);

-- What consoles write asks who does it, and for a right where only some may. Inside functions that
-- look for themselves the login is another one.
DO $$
DECLARE
  asked record;
BEGIN
  FOR asked IN
    SELECT t.name, r.rights
    FROM unnest(ARRAY[
      'audit', 'command', 'container', 'exception', 'hand_over', 'hand_over_parcel', 'hold',
      'label', 'listing', 'movement', 'need', 'notice', 'order_line', 'orders', 'outbox', 'parcel',
      'parcel_line', 'person', 'place', 'placement', 'print_job', 'promise', 'promise_gate',
      'question', 'reservation', 'role', 'saved_view', 'share', 'shipment', 'shipment_line',
      'standing', 'stop', 'task', 'tote_use', 'trip', 'trip_shipment', 'wave', 'wave_plan'
    ]) AS t (name)
    LEFT JOIN (VALUES
      ('listing', 'exceptions'),
      ('order_line', 'exceptions'),
      ('orders', 'exceptions'),
      ('outbox', 'hand_over,exceptions'),
      ('question', 'pack,hand_over'),
      ('role', 'roles'),
      ('saved_view', 'views')
    ) AS r (name, rights) USING (name)
  LOOP
    EXECUTE format(
      'CREATE TRIGGER asks_who_acts BEFORE INSERT OR UPDATE OR DELETE ON %I
       FOR EACH STATEMENT WHEN (current_user = ''wavedeck_app'') EXECUTE FUNCTION ask_who_acts(%s)',
      asked.name,
      (SELECT string_agg(quote_literal(k), ', ') FROM string_to_table(asked.rights, ',') k)
    );
  END LOOP;
END $$;

-- Nobody acts in another's name.
CREATE TRIGGER acts_as_oneself BEFORE INSERT ON movement FOR EACH ROW
  WHEN (current_user = 'wavedeck_app' AND new.person_id IS DISTINCT FROM acting())
  EXECUTE FUNCTION speaks_for_another();
CREATE TRIGGER acts_as_oneself BEFORE INSERT ON placement FOR EACH ROW
  WHEN (current_user = 'wavedeck_app' AND new.person_id IS DISTINCT FROM acting())
  EXECUTE FUNCTION speaks_for_another();
CREATE TRIGGER acts_as_oneself BEFORE INSERT OR UPDATE ON command FOR EACH ROW
  WHEN (current_user = 'wavedeck_app' AND new.person_id IS DISTINCT FROM acting())
  EXECUTE FUNCTION speaks_for_another();
CREATE TRIGGER acts_as_oneself BEFORE UPDATE ON standing FOR EACH ROW
  WHEN (current_user = 'wavedeck_app' AND new.person_id IS DISTINCT FROM acting())
  EXECUTE FUNCTION speaks_for_another();
CREATE TRIGGER acts_as_oneself BEFORE INSERT ON audit FOR EACH ROW
  WHEN (
    current_user = 'wavedeck_app'
    AND new.person IS DISTINCT FROM current_setting('wavedeck.person', true)
  )
  EXECUTE FUNCTION speaks_for_another();
-- People say themselves where they work; others, by right, which role they have and what they are
-- offered.
CREATE TRIGGER acts_as_oneself BEFORE UPDATE ON person FOR EACH ROW
  WHEN (
    current_user = 'wavedeck_app'
    AND (
      (new.warehouse_id IS DISTINCT FROM old.warehouse_id AND new.id IS DISTINCT FROM acting())
      OR (new.role <> old.role AND acting('{roles}') IS NULL)
      OR (
        (new.offered_work, new.offered_zones) <> (old.offered_work, old.offered_zones)
        AND acting('{trips}') IS NULL
      )
    )
  )
  EXECUTE FUNCTION speaks_for_another();
