-- $1 limit, $2 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    tk.task_no,
    tk.kind,
    tk.state,
    tk.priority,
    to_char(tk.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS due_at,
    pe.code AS person,
    pl.code AS place,
    (
      SELECT string_agg(DISTINCT i.sku, ' ')
      FROM stock sk
      JOIN item i ON i.id = sk.item_id
      WHERE sk.warehouse_id = tk.warehouse_id
        AND sk.place_id = tk.container_id
        AND sk.on_hand > 0
    ) AS item
  FROM (
    SELECT *
    FROM task
    WHERE $2::text IS NULL OR warehouse_id = (SELECT id FROM warehouse WHERE code = $2)
    ORDER BY id DESC
    LIMIT $1
  ) tk
  JOIN place pl ON pl.id = tk.container_id
  JOIN warehouse w ON w.id = tk.warehouse_id
  LEFT JOIN person pe ON pe.id = tk.person_id
  ORDER BY tk.id
) x
