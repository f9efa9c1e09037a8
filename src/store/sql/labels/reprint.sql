-- $1 sscc, $2 bench
INSERT INTO print_job (label_id, printer_id, copy)
SELECT la.id, be.printer_id, true
FROM parcel pc
JOIN label la ON la.parcel_id = pc.place_id AND la.bytes IS NOT NULL AND la.state <> 'void'
JOIN bench be ON be.place_id = $2
WHERE pc.sscc = $1 AND be.printer_id IS NOT NULL
