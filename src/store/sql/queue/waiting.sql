-- $1 warehouse, $2 rights, $3 person
-- A row a kind of work; that of what goes first of all comes first.
SELECT
  m.kind AS "kind!",
  count(*) FILTER (WHERE m.rank = 2) AS "waiting!",
  count(*) FILTER (
    WHERE m.rank = 2 AND m.due_at < site_now() + interval '30 minutes'
  ) AS "urgent!",
  bool_or(m.rank = 1) AS "in_hand!",
  (array_agg(m.due ORDER BY m.n))[1] AS "due!"
FROM (
  SELECT
    k.kind,
    k.rank,
    k.due_at,
    row_number() OVER (ORDER BY k.rank, k.priority DESC, k.due_at, k.kind) AS n,
    clock_at(k.due_at, k.warehouse_id) AS due
  FROM (
    -- What somebody has in hand goes before all that waits.
    SELECT 1 AS rank, 'pick' AS kind, t.warehouse_id, t.priority, t.due_at
    FROM trip t
    WHERE t.person_id = $3 AND t.state = 'claimed'
    UNION ALL
    SELECT 1, tk.kind, tk.warehouse_id, tk.priority, coalesce(tk.due_at, 'infinity')
    FROM task tk
    WHERE tk.person_id = $3 AND tk.state = 'claimed'
    UNION ALL
    SELECT 2, qu.kind, qu.warehouse_id, qu.priority, qu.due_at
    FROM person pe
    JOIN queue qu
      ON (pe.offered_work = '{}' OR qu.kind = ANY (pe.offered_work))
        AND (qu.trip_id IS NULL OR walks_in(qu.trip_id, pe.offered_zones))
        AND (
          (SELECT NOT is_limited($3))
          OR qu.shop_id IN (SELECT shops_of($3))
          OR qu.container_id IS NOT NULL AND sees($3, 'container', qu.container_id)
          OR qu.trip_id IS NOT NULL AND NOT EXISTS (
            SELECT 1
            FROM trip_shipment ts
            JOIN shipment s ON s.id = ts.shipment_id
            WHERE ts.trip_id = qu.trip_id AND s.shop_id NOT IN (SELECT shops_of($3))
          )
        )
    WHERE pe.id = $3
  ) k
  WHERE k.warehouse_id = $1 AND k.kind = ANY ($2)
) m
GROUP BY m.kind
ORDER BY min(m.n)
