-- $1 service, $2 regions
INSERT INTO service_region (service_id, country, province, city, postcode, transit_days)
SELECT $1, x.country, x.province, x.city, x.postcode, x.transit_days
FROM jsonb_to_recordset($2) AS x(
  country text, province text, city text, postcode text, transit_days int
)
ON CONFLICT ON CONSTRAINT service_region_once
DO UPDATE SET transit_days = excluded.transit_days
