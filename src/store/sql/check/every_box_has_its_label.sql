SELECT
  'parcel ' || pc.sscc,
  CASE pc.state
    WHEN 'closed' THEN 'a label that is asked for'
    WHEN 'labelled' THEN 'a label that was got'
    WHEN 'handed_over' THEN 'a label on the box'
    ELSE 'no label'
  END,
  coalesce(la.state, 'none')
FROM parcel pc
LEFT JOIN label la ON la.parcel_id = pc.place_id AND la.state <> 'void'
WHERE NOT CASE pc.state
    WHEN 'closed' THEN coalesce(la.state, '') = 'asked'
    WHEN 'labelled' THEN coalesce(la.state, '') IN ('got', 'printed', 'on_box')
    WHEN 'handed_over' THEN coalesce(la.state, '') = 'on_box'
    ELSE la.state IS NULL
  END
