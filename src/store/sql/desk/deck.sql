-- $1 warehouse, $2 person
SELECT CASE
  WHEN is_limited($2)
    THEN deck_now($1, $2) || jsonb_build_object('past', deck_past($1, $2))
  ELSE deck($1)
END AS "deck!"
