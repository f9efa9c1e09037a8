-- The audit: what a site is made of is written down as it changes, whoever changes it and however,
-- and what is written is sealed with a key that is not in here.

-- Which login, from where and at which terminal: the database's own word beside what is claimed.
ALTER TABLE audit
  ADD COLUMN login    text NOT NULL DEFAULT session_user,
  ADD COLUMN address  inet DEFAULT inet_client_addr(),
  ADD COLUMN terminal text;

-- Who changes something: the person who is signed on; else what a command says of its user; else
-- the login alone.
CREATE FUNCTION who_acts() RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(
    (SELECT pe.code FROM person pe WHERE pe.id = acting()),
    CASE
      WHEN session_user <> 'wavedeck_app' AND current_setting('wavedeck.who', true) LIKE 'cli:%'
        THEN current_setting('wavedeck.who', true)
    END,
    'db:' || session_user
  )
$$;

-- The number is drawn once the transaction can be seen by whoever waits for it: no row comes into a
-- batch that was sealed.
CREATE FUNCTION note_terminal() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_current_xact_id();
  new.id := nextval(pg_get_serial_sequence('audit', 'id'));
  new.terminal := (SELECT sd.terminal FROM standing sd WHERE sd.person_id = acting());
  RETURN new;
END $$;
CREATE TRIGGER at_a_terminal BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION note_terminal();

CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was noted stays as it was' USING ERRCODE = '23514',
    CONSTRAINT = 'audit_stays';
END $$;
CREATE TRIGGER is_kept BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER is_not_emptied BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_stays();

-- What of one the other does not say.
CREATE FUNCTION differing(p_one jsonb, p_other jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_object_agg(key, value)
  FROM jsonb_each(p_one)
  WHERE p_other -> key IS DISTINCT FROM value
$$;

-- What something was and is, without what is secret of it: only that this changed. The arguments
-- name the columns by which the row is known.
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  was jsonb := CASE WHEN tg_op = 'INSERT' THEN '{}' ELSE to_jsonb(old) END;
  now_is jsonb := CASE WHEN tg_op = 'DELETE' THEN '{}' ELSE to_jsonb(new) END;
  secret text;
BEGIN
  IF was = now_is THEN RETURN NULL; END IF;
  FOREACH secret IN ARRAY ARRAY['secret', 'badge', 'pin_hash'] LOOP
    IF was -> secret IS DISTINCT FROM now_is -> secret THEN
      was := was || jsonb_build_object(secret, 'as it was');
      now_is := now_is || jsonb_build_object(secret, 'another');
    ELSE
      was := was - secret;
      now_is := now_is - secret;
    END IF;
  END LOOP;
  INSERT INTO audit (person, action, subject, before, after)
  SELECT
    who_acts(),
    CASE tg_op WHEN 'INSERT' THEN 'made' WHEN 'UPDATE' THEN 'changed' ELSE 'removed' END,
    concat_ws(
      ' ',
      tg_table_name,
      (SELECT string_agg(coalesce(now_is ->> k, was ->> k), ' ') FROM unnest(tg_argv) k)
    ),
    CASE WHEN tg_op <> 'INSERT' THEN differing(was, now_is) END,
    CASE WHEN tg_op <> 'DELETE' THEN differing(now_is, was) END;
  RETURN NULL;
END $$;

DO $$
DECLARE
  noted record;
BEGIN
  FOR noted IN
    -- Columns: which changes are somebody's decision, where others are not.
    SELECT *
    FROM (VALUES
      ('warehouse', '', 'code'),
      ('calendar', '', 'code'),
      ('calendar_day', '', 'calendar_id,day'),
      ('carrier', '', 'code'),
      ('waybill_range', 'carrier_id,warehouse_id,prefix,last', 'id'),
      ('carrier_service', '', 'code'),
      ('service_cutoff', '', 'id'),
      ('service_region', '', 'id'),
      ('printer', 'code,url,dpi,cjk_font', 'code'),
      ('bench', '', 'place_id'),
      ('scanner', '', 'code'),
      ('owner', 'code', 'code'),
      ('shop', '', 'code'),
      ('customer', 'min_life_days,min_life_pct,priority', 'code'),
      (
        'person', 'code,name,role,lang,badge,pin_hash,active,scanner,offered_work,offered_zones',
        'code'
      ),
      ('person_warehouse', '', 'person_id,warehouse_id'),
      ('role', '', 'code'),
      ('role_owner', '', 'role_id,owner_id'),
      ('role_shop', '', 'role_id,shop_id'),
      ('route', '', 'code'),
      ('route_warehouse', '', 'route_id,n'),
      ('item', 'shelf_life,shelf_life_unit,stop_sale_days,min_life_days,min_life_pct', 'sku'),
      ('bin', 'use,promisable,pickable', 'place_id'),
      ('reason', '', 'code')
    ) AS t (name, columns, known_by)
  LOOP
    EXECUTE format(
      'CREATE TRIGGER change_is_noted AFTER %s UPDATE %s OR DELETE ON %I FOR EACH ROW
       EXECUTE FUNCTION note_change(%s)',
      -- Customers come with orders; goods and places in files, which are noted whole.
      CASE WHEN noted.name IN ('customer', 'item', 'bin') THEN '' ELSE 'INSERT OR' END,
      CASE WHEN noted.columns <> '' THEN 'OF ' || noted.columns ELSE '' END,
      noted.name,
      (SELECT string_agg(quote_literal(k), ', ') FROM string_to_table(noted.known_by, ',') k)
    );
  END LOOP;
END $$;

-- Batches of the audit, one after another, each with the seal before it in its own. Of one that was
-- dropped for its age the seal stays, and another says that it was dropped.
CREATE TABLE audit_seal (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  upto_id    bigint NOT NULL CONSTRAINT audit_seal_once UNIQUE,
  row_count  bigint NOT NULL,
  mac        text NOT NULL,
  key_id     text NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  drop_mac   text,
  dropped_at timestamptz,
  CONSTRAINT audit_seal_dropped CHECK ((drop_mac IS NULL) = (dropped_at IS NULL))
);
-- Up to where the next batch may go once everybody who wrote at the time has ended.
CREATE TABLE audit_look (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  upto_id  bigint NOT NULL,
  asked_by xid8 NOT NULL DEFAULT pg_current_xact_id()
);
INSERT INTO audit_look (upto_id) VALUES (0);

-- Rows behind one number, up to another: how many, and what they say.
CREATE FUNCTION audit_digest(p_after bigint, p_upto bigint, OUT row_count bigint, OUT digest text)
LANGUAGE sql STABLE AS $$
  SELECT
    count(*),
    encode(
      sha256(
        convert_to(
          coalesce(
            string_agg(
              jsonb_build_array(
                au.id, extract(epoch FROM au.at)::text, au.person, au.action, au.subject,
                au.before::text, au.after::text, au.login, au.address::text, au.terminal
              )::text,
              E'\n'
              ORDER BY au.id
            ),
            ''
          ),
          'UTF8'
        )
      ),
      'hex'
    )
  FROM audit au
  WHERE au.id > p_after AND au.id <= p_upto
$$;

-- How far the next batch goes; null: nothing new is settled yet. A number is drawn before its row
-- is there, so a batch waits for whoever wrote when it was looked at.
CREATE FUNCTION audit_settled() RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  seen audit_look;
  newest bigint;
  sealed bigint;
BEGIN
  -- One process at a time; nobody else can lock this row.
  PERFORM 1 FROM audit_look FOR UPDATE SKIP LOCKED;
  IF NOT FOUND AND EXISTS (SELECT 1 FROM audit_look) THEN RETURN NULL; END IF;
  SELECT * INTO seen FROM audit_look;
  newest := (SELECT max(id) FROM audit);
  sealed := coalesce((SELECT max(upto_id) FROM audit_seal), 0);
  IF seen.upto_id > sealed AND seen.asked_by < pg_snapshot_xmin(pg_current_snapshot()) THEN
    RETURN seen.upto_id;
  END IF;
  -- Nothing was asked, or it was in the server that this one was restored from.
  IF newest > sealed
    AND (seen.upto_id IS NULL OR seen.upto_id <= sealed OR seen.asked_by > pg_current_xact_id())
  THEN
    INSERT INTO audit_look AS al (upto_id) VALUES (newest)
    ON CONFLICT (one) DO UPDATE SET upto_id = excluded.upto_id, asked_by = excluded.asked_by;
  END IF;
  RETURN NULL;
END $$;

-- Nobody seals while all seals are made anew.
CREATE FUNCTION lock_seals() RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT 1 FROM audit_look FOR UPDATE
$$;

-- Drops the rows of one old seal; what is younger than a year stays, whoever asks.
CREATE FUNCTION drop_audit(p_seal bigint, p_drop_mac text) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first bigint;
  last bigint;
BEGIN
  SELECT
    coalesce((SELECT max(upto_id) FROM audit_seal WHERE upto_id < sea.upto_id), 0), sea.upto_id
  INTO first, last
  FROM audit_seal sea
  WHERE sea.id = p_seal AND sea.dropped_at IS NULL;
  IF last IS NULL
    OR EXISTS (
      SELECT 1
      FROM audit
      WHERE id > first AND id <= last AND at > now() - interval '1 year'
    )
  THEN
    RETURN false;
  END IF;
  DELETE FROM audit WHERE id > first AND id <= last;
  UPDATE audit_seal SET drop_mac = p_drop_mac, dropped_at = now() WHERE id = p_seal;
  RETURN true;
END $$;
