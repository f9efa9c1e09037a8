-- $1 scan
SELECT DISTINCT substr(
  $1, 1 + length(prefix), length($1) - length(prefix) - length(suffix)
) AS "text!"
FROM scanner
WHERE starts_with($1, prefix)
  AND right($1, length(suffix)) = suffix
  AND length($1) > length(prefix) + length(suffix)
  -- A control character before it was a key of the door, and is gone.
UNION
SELECT left($1, length($1) - length(suffix))
FROM scanner
WHERE suffix <> '' AND right($1, length(suffix)) = suffix AND length($1) > length(suffix)
