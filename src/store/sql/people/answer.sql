-- $1 command, $2 person, $3 said, $4 reply
INSERT INTO command (id, person_id, said, reply)
VALUES ($1, $2, $3, $4)
ON CONFLICT (id)
DO UPDATE SET said = excluded.said, reply = excluded.reply
