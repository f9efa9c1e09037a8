-- $1 container, $2 left_alone_s
SELECT
  tk.id,
  tk.state AS "state: TaskState",
  tk.person_id,
  pe.name AS "name?",
  EXISTS (
    SELECT 1
    FROM in_hand ih
    WHERE ih.person_id = tk.person_id
      AND ih.signed_on
      AND ih.task_id = tk.id
      AND ih.updated_at > now() - make_interval(secs => $2)
  ) AS "busy!"
FROM task tk
LEFT JOIN person pe ON pe.id = tk.person_id
WHERE tk.container_id = $1 AND tk.state IN ('open', 'claimed')
FOR UPDATE OF tk
