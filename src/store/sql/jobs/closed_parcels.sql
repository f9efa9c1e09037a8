SELECT place_id
FROM parcel
WHERE state = 'closed'
ORDER BY place_id
LIMIT 500
