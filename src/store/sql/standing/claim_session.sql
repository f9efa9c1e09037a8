-- $1 person, $2 session, $3 terminal, $4 step
INSERT INTO standing (person_id, session, terminal, step)
VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id)
DO UPDATE SET session = excluded.session, terminal = excluded.terminal, updated_at = now()
