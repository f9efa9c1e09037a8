-- $1 person, $2 session
SELECT
  (sd.session = session_key($2)) IS TRUE AS "speaks!",
  sd.session IS NULL AS "signed_off!",
  stood_too_long(sd.updated_at, ro.locks_after_min) AS "idle!",
  sd.terminal,
  sd.version,
  sd.step,
  sd.bench_id,
  pe.id,
  pe.code,
  pe.name,
  pe.lang,
  ro.code AS role,
  ro.name_en,
  ro.name_zh,
  ro.rights,
  is_limited(pe.id) AS "limited!",
  w.id AS warehouse_id,
  w.code AS warehouse,
  w.tz,
  EXISTS (
    SELECT 1
    FROM warehouse other_w
    WHERE other_w.id <> w.id
      AND (
        NOT EXISTS (SELECT 1 FROM person_warehouse pw WHERE pw.person_id = pe.id)
        OR EXISTS (
          SELECT 1
          FROM person_warehouse pw
          WHERE pw.person_id = pe.id AND pw.warehouse_id = other_w.id
        )
      )
  ) AS "elsewhere!",
  today(w.id)::text AS "today!",
  (
    SELECT row_to_json(sc)
    FROM scanner sc
    WHERE sc.code = coalesce(be.scanner, pe.scanner)
  ) AS scanner,
  (
    SELECT json_agg(nt.text ORDER BY nt.id)
    FROM notice nt
    WHERE nt.person_id = pe.id AND nt.seen_at IS NULL
  ) AS notices,
  EXISTS (
    SELECT 1
    FROM notice nt
    WHERE nt.person_id = pe.id AND nt.seen_at IS NULL AND nt.version IS NULL
  ) AS "notices_new!",
  set_config('wavedeck.person', pe.code, true) AS p_set,
  set_config('wavedeck.session', $2::uuid::text, true) AS s_set,
  set_config('wavedeck.warehouse', w.code, true) AS w_set
FROM standing sd
JOIN person pe ON pe.id = sd.person_id
JOIN role ro ON ro.code = pe.role
JOIN warehouse w ON w.id = works_in(pe.id, pe.warehouse_id)
LEFT JOIN bench be ON be.place_id = sd.bench_id
WHERE sd.person_id = $1 AND pe.active
FOR UPDATE OF sd
