-- $1 code, $2 prefix, $3 suffix, $4 gs
INSERT INTO scanner (code, prefix, suffix, gs)
VALUES ($1, $2, $3, $4)
ON CONFLICT (code)
DO UPDATE SET prefix = excluded.prefix, suffix = excluded.suffix, gs = excluded.gs
