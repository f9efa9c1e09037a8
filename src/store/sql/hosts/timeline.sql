-- The timeline of a server that takes writes: the first eight digits of the name of the file that
-- is being written. NULL: it only reads.
SELECT CASE
    WHEN NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::bool
      THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint
  END AS timeline
