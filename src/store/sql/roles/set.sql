-- $1 code, $2 name_en, $3 name_zh, $4 rights, $5 locks_after_min
INSERT INTO role (code, name_en, name_zh, rights, locks_after_min)
VALUES ($1, coalesce($2, $1), coalesce($3, $2, $1), $4, coalesce($5, 60))
ON CONFLICT (code) DO UPDATE
SET
  name_en = coalesce($2, role.name_en),
  name_zh = coalesce($3, role.name_zh),
  rights = excluded.rights,
  locks_after_min = coalesce($5, role.locks_after_min)
