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

-- What a person waits for and only the background task may do, who alone knows the shops' secrets:
-- a shop is read again, then a box gets its label or goes on a list. The row goes with its answer.
CREATE TABLE question (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parcel_id     bigint NOT NULL REFERENCES parcel,
  kind          text NOT NULL CONSTRAINT question_kind CHECK (kind IN ('label', 'hand_over')),
  asked_at      timestamptz NOT NULL DEFAULT now(),
  asked_by      bigint REFERENCES person DEFAULT acting(),
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
      'audit', 'command', 'container', 'exception', 'hand_over', 'hand_over_parcel', 'hold', 'job',
      'label', 'listing', 'movement', 'need', 'notice', 'order_line', 'orders', 'outbox', 'parcel',
      'parcel_line', 'person', 'place', 'placement', 'print_job', 'promise', 'promise_gate',
      'question', 'reservation', 'role', 'role_owner', 'role_shop', 'saved_view', 'share',
      'shipment', 'shipment_line', 'standing', 'stop', 'task', 'tote_use', 'trip', 'trip_shipment',
      'wave', 'wave_plan'
    ]) AS t (name)
    LEFT JOIN (VALUES
      ('job', 'exceptions'),
      ('listing', 'exceptions'),
      ('order_line', 'exceptions'),
      ('orders', 'exceptions'),
      ('outbox', 'hand_over,exceptions'),
      ('hand_over', 'hand_over'),
      ('hold', 'hold,exceptions,kick_out,cancel,split,hand_over,pack'),
      ('question', 'pack,hand_over'),
      ('role', 'roles'),
      ('role_owner', 'roles'),
      ('role_shop', 'roles'),
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
CREATE TRIGGER acts_as_oneself BEFORE DELETE ON question FOR EACH ROW
  WHEN (current_user = 'wavedeck_app' AND old.asked_by IS DISTINCT FROM acting())
  EXECUTE FUNCTION speaks_for_another();
-- Where things go is the shop's to say; a supervisor who tries an order again takes it over.
CREATE TRIGGER readdresses BEFORE UPDATE OF receiver ON shipment FOR EACH ROW
  WHEN (
    current_user = 'wavedeck_app'
    AND new.receiver::text <> old.receiver::text
    AND acting('{exceptions}') IS NULL
  )
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
