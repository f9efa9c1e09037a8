-- $1 role, $2 owners
-- These and no others; of none every owner.
WITH wanted AS (
  SELECT ro.id AS role_id, ow.id AS owner_id
  FROM role ro
  JOIN owner ow ON ow.code = ANY ($2)
  WHERE ro.code = $1
), gone AS (
  DELETE FROM role_owner rlo
  USING role ro
  WHERE ro.code = $1
    AND rlo.role_id = ro.id
    AND rlo.owner_id NOT IN (SELECT owner_id FROM wanted)
)
INSERT INTO role_owner (role_id, owner_id)
SELECT role_id, owner_id
FROM wanted
ON CONFLICT DO NOTHING
