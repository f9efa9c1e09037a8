-- $1 code
SELECT
  id AS "id!", code AS "code!", channel AS "channel!", url AS "url!", key_id AS "key_id!",
  secret AS "secret!", tokens AS "tokens!", options AS "options!", waits AS "waits!"
FROM account
WHERE code = $1
