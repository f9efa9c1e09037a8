-- $1 badge, $2 terminal
SELECT
  at.person_id AS "id!",
  at.name AS "name!",
  at.active AS "active!",
  at.salt,
  at.locked_s
FROM door($1, $2) at
WHERE at.person_id IS NOT NULL
