-- $1 wave, $2 trips, $3 shipments, $4 walks, $5 bins, $6 ordinals
SELECT cut_trips($1, $2, $3, $4, $5, $6)
