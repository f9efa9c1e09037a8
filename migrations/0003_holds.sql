-- Holds on goods: what must not be promised, planned or sent, why, who said so and since when.
-- Several stand at once, each is lifted by itself. Live holds are counted on what they are about,
-- so that who looks for goods need not look here.

CREATE TABLE hold (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hold_no    text NOT NULL CONSTRAINT hold_no_once UNIQUE,
  subject    text NOT NULL CONSTRAINT hold_subject
    CHECK (subject IN ('lot','item','place','container','owner')),
  subject_id bigint NOT NULL,
  reason     text NOT NULL CONSTRAINT hold_reason CHECK (reason <> ''),
  note       text NOT NULL DEFAULT '',
  by         text NOT NULL,
  since      timestamptz NOT NULL DEFAULT now(),
  lifted_at  timestamptz,
  lifted_by  text
);
CREATE SEQUENCE hold_number;
CREATE INDEX hold_live ON hold (subject, subject_id) WHERE lifted_at IS NULL;

-- So many holds more, or fewer, on what they are about: two people at once count right.
CREATE FUNCTION count_hold(p_hold hold, p_by int) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE lot SET holds = holds + p_by WHERE p_hold.subject = 'lot' AND id = p_hold.subject_id;
  UPDATE item SET holds = holds + p_by WHERE p_hold.subject = 'item' AND id = p_hold.subject_id;
  UPDATE owner SET holds = holds + p_by WHERE p_hold.subject = 'owner' AND id = p_hold.subject_id;
  UPDATE place
  SET holds = holds + p_by
  WHERE p_hold.subject IN ('place', 'container') AND id = p_hold.subject_id;
$$;
CREATE FUNCTION hold_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_hold(new, 1);
  RETURN NULL;
END $$;
CREATE TRIGGER hold_adds AFTER INSERT ON hold FOR EACH ROW EXECUTE FUNCTION hold_added();
CREATE FUNCTION hold_lifted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_hold(new, -1);
  RETURN NULL;
END $$;
CREATE TRIGGER hold_lifts AFTER UPDATE ON hold FOR EACH ROW
  WHEN (old.lifted_at IS NULL AND new.lifted_at IS NOT NULL)
  EXECUTE FUNCTION hold_lifted();
-- A hold is lifted, never forgotten: who held what, and when, stays to be read.
CREATE FUNCTION hold_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a hold is lifted, and nothing else of it changes' USING ERRCODE = '23514',
    CONSTRAINT = 'hold_stays';
END $$;
CREATE TRIGGER hold_is_kept BEFORE UPDATE ON hold FOR EACH ROW
  WHEN (
    old.lifted_at IS NOT NULL
    OR (old.subject, old.subject_id, old.reason, old.note, old.by, old.since)
      IS DISTINCT FROM (new.subject, new.subject_id, new.reason, new.note, new.by, new.since)
  )
  EXECUTE FUNCTION hold_stays();
CREATE TRIGGER hold_is_not_deleted BEFORE DELETE ON hold FOR EACH STATEMENT
  EXECUTE FUNCTION hold_stays();
