-- $1 command, $2 person, $3 feedback, $4 reply
INSERT INTO command (id, person_id, feedback, reply)
VALUES ($1, $2, $3, $4)
ON CONFLICT (id)
DO UPDATE SET feedback = excluded.feedback, reply = excluded.reply
