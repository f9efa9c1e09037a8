-- What each login may do, whatever it may have had before. Read with the guards of the logins'
-- migration: what a console's login writes it writes for the person who is signed on.

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public
  TO wavedeck_app, wavedeck_worker, wavedeck_admin, wavedeck_reader;
-- A table of their own would hide one of ours from the functions that look for it.
DO $$ BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
REVOKE ALL ON ALL TABLES IN SCHEMA public
  FROM wavedeck_app, wavedeck_worker, wavedeck_admin, wavedeck_reader;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public
  FROM wavedeck_app, wavedeck_worker, wavedeck_admin, wavedeck_reader;
-- Numbers that are drawn by name; those of rows need no right.
GRANT USAGE ON SEQUENCE
  hand_over_number, hold_number, plate_number, shipment_number, sscc_serial, task_number,
  trip_number, wave_number
TO wavedeck_app, wavedeck_worker, wavedeck_admin;

-- Functions that do what their caller may not are for those who are named here.
DO $$
DECLARE
  definer regprocedure;
BEGIN
  FOR definer IN
    SELECT pp.oid::regprocedure
    FROM pg_proc pp
    WHERE pp.prosecdef AND pp.pronamespace = 'public'::regnamespace
  LOOP
    EXECUTE format(
      'REVOKE ALL ON FUNCTION %s
       FROM PUBLIC, wavedeck_app, wavedeck_worker, wavedeck_admin, wavedeck_reader',
      definer
    );
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION acting
TO wavedeck_app, wavedeck_worker, wavedeck_admin, wavedeck_reader;
GRANT EXECUTE ON FUNCTION
  badge_holders, deck, door, free_badge, offer_pin, pick_put, pick_step, sign_off, sign_on
TO wavedeck_app;
GRANT EXECUTE ON FUNCTION
  audit_settled, drop_audit, look_again, mend_clock, pin_keys
TO wavedeck_worker;
GRANT EXECUTE ON FUNCTION
  door, free_badge, lock_seals, offer_pin, pin_is_right, pin_is_the_same, pin_keys
TO wavedeck_admin;

-- Everybody reads what is on the shelves and on its way.
GRANT SELECT ON ALL TABLES IN SCHEMA public
  TO wavedeck_app, wavedeck_worker, wavedeck_admin, wavedeck_reader;
-- Nobody reads what a PIN hashes to, and badges only who gives them out.
REVOKE SELECT ON person FROM wavedeck_app, wavedeck_worker, wavedeck_admin, wavedeck_reader;
GRANT SELECT (
  id, code, name, role, lang, active, warehouse_id, scanner, offered_work, offered_zones
) ON person
  TO wavedeck_app, wavedeck_worker, wavedeck_admin, wavedeck_reader;
GRANT SELECT (badge) ON person TO wavedeck_admin;
-- What is secret of shops, sealed as it is, is for who speaks to them and for who sets it.
REVOKE SELECT ON shop, shop_token, account FROM wavedeck_app, wavedeck_reader;
GRANT SELECT (
  id, code, channel, url, key_id, min_life_days, min_life_pct, notify, no_answer, permits_parts,
  options, owner_id, carrier_id, counter_id, pushes, share_pct, safety, cap, low_at
) ON shop TO wavedeck_app, wavedeck_reader;
-- An address that is called is often a secret by itself.
REVOKE SELECT ON alert_rule FROM wavedeck_app, wavedeck_reader;
GRANT SELECT (id, kind, than, item_id, warehouse_id, person_id) ON alert_rule
  TO wavedeck_app, wavedeck_reader;
-- Reports name no receivers, and repeat no answers.
REVOKE SELECT ON
  orders, shipment, order_version, customer, import_line, label, command, standing, pin_offer
FROM wavedeck_reader;
REVOKE SELECT ON pin_offer FROM wavedeck_app, wavedeck_worker, wavedeck_admin;
REVOKE SELECT ON import_line FROM wavedeck_app;
GRANT SELECT (
  id, shop_id, order_no, customer_id, status, shop_holds, placed_at, modified_at, paid_at, currency,
  total_minor, carrier, ship_by, unbooked
) ON orders TO wavedeck_reader;
GRANT SELECT (
  id, warehouse_id, shipment_no, shop_id, state, reason, carrier_id, service_id, transit_days,
  wave_id, priority, cutoff_at, ordered_at, customer_id, route, chosen
) ON shipment TO wavedeck_reader;
GRANT SELECT (id, shop_id, code) ON customer TO wavedeck_reader;
GRANT SELECT (order_id, at, modified_at, status) ON order_version TO wavedeck_reader;
GRANT SELECT (
  id, parcel_id, version, state, asked_at, got_at, void_at, waybill, byte_count, erased_at
) ON label TO wavedeck_reader;
GRANT SELECT (id, person_id, at, feedback) ON command TO wavedeck_reader;
GRANT SELECT (person_id, terminal, version, step, bench_id, updated_at) ON standing
  TO wavedeck_reader;

-- Consoles.
GRANT INSERT ON
  command, container, exception, hand_over, hand_over_parcel, hold, listing, movement, need,
  notice, outbox, parcel, parcel_line, place, placement, print_job, promise, promise_gate,
  reservation, role, role_owner, role_shop, saved_view, share, shipment, shipment_line, stop, task,
  tote_use, trip, trip_shipment, wave, wave_plan
TO wavedeck_app;
GRANT INSERT (parcel_id, version) ON label TO wavedeck_app;
GRANT INSERT (parcel_id, kind) ON question TO wavedeck_app;
GRANT DELETE ON
  hand_over_parcel, parcel_line, print_job, question, role_owner, role_shop, share, shipment_line,
  wave_plan
TO wavedeck_app;
GRANT UPDATE (feedback, reply) ON command TO wavedeck_app;
GRANT UPDATE (detail, done_at, done_by, qty) ON exception TO wavedeck_app;
GRANT UPDATE (closed_at, closed_by) ON hand_over TO wavedeck_app;
GRANT UPDATE (lifted_at, lifted_by) ON hold TO wavedeck_app;
GRANT UPDATE (state, void_at) ON label TO wavedeck_app;
GRANT UPDATE (next_at) ON job TO wavedeck_app;
GRANT UPDATE (day, day_from, day_until) ON need TO wavedeck_app;
GRANT UPDATE (seen_at, version) ON notice TO wavedeck_app;
GRANT UPDATE (item_id, refused) ON listing TO wavedeck_app;
GRANT UPDATE (item_id) ON order_line TO wavedeck_app;
GRANT UPDATE (unbooked) ON orders TO wavedeck_app;
GRANT UPDATE (
  attempts, body, fencing_token, key, last_error, next_at, state
) ON outbox TO wavedeck_app;
GRANT UPDATE (bench_id, state, weight_g) ON parcel TO wavedeck_app;
GRANT UPDATE (offered_work, offered_zones, role, warehouse_id) ON person TO wavedeck_app;
GRANT UPDATE (broken, ended_at, need_id, qty, shipment_line_id) ON promise TO wavedeck_app;
GRANT UPDATE (ended_at, qty, stop_id) ON reservation TO wavedeck_app;
GRANT UPDATE (locks_after_min, name_en, name_zh, rights) ON role TO wavedeck_app;
GRANT UPDATE (saved_at, saved_by, view) ON saved_view TO wavedeck_app;
GRANT UPDATE (qty) ON share TO wavedeck_app;
GRANT UPDATE (
  chosen, cutoff_at, priority, reason, receiver, route, state, transit_days, warehouse_id, wave_id
) ON shipment TO wavedeck_app;
GRANT UPDATE (qty) ON shipment_line TO wavedeck_app;
GRANT UPDATE (bench_id, step, updated_at, version) ON standing TO wavedeck_app;
GRANT UPDATE (skips, trip_id) ON stop TO wavedeck_app;
GRANT UPDATE (person_id, state) ON task TO wavedeck_app;
GRANT UPDATE (freed_at, full_at) ON tote_use TO wavedeck_app;
GRANT UPDATE (person_id, priority, state) ON trip TO wavedeck_app;
GRANT UPDATE (released_at, short_units, state) ON wave TO wavedeck_app;
GRANT UPDATE (stop_id, trip_id) ON wave_plan TO wavedeck_app;
GRANT UPDATE (asked_at) ON promise_gate TO wavedeck_app;
-- To lock rows: a number is the database's own.
GRANT UPDATE (id) ON packable_shipment TO wavedeck_app;

-- The background task.
GRANT INSERT ON
  counter_sale, customer, exception, file_taken, hold, hook, import_line, label, listing,
  lot, movement, need, notice, order_line, order_version, orders, outbox, parcel_line, print_job,
  promise,
  promise_gate, reservation, share, shipment, shipment_line, shop_minute, stop, sweep, task, trip,
  trip_shipment
TO wavedeck_worker;
GRANT UPDATE ON
  customer, day_turn, exception, hold, job, label, listing, need, notice, order_line,
  order_version, orders, outbox, parcel, print_job, promise, question, reservation, share,
  shipment, shipment_line, shop_minute, shop_token, stop, task, tote_use, trip, wave
TO wavedeck_worker;
GRANT DELETE ON
  alert, command, hand_over_parcel, hook, import_line, notice, parcel_line, print_job, question,
  share, shipment_line, shop_minute
TO wavedeck_worker;
GRANT UPDATE (next) ON waybill_range TO wavedeck_worker;
GRANT INSERT (upto_id, row_count, mac, key_id) ON audit_seal TO wavedeck_worker;
GRANT UPDATE (answers, trouble) ON printer TO wavedeck_worker;
GRANT UPDATE (asked_at) ON promise_gate TO wavedeck_worker;
GRANT INSERT (rule_id, warehouse_id, subject, opens, n, call_at) ON alert TO wavedeck_worker;
GRANT UPDATE (n, ended_at, call_at, calls) ON alert TO wavedeck_worker;

-- The command line. What was booked, done and said stays.
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO wavedeck_admin;
REVOKE UPDATE, DELETE ON
  audit, command, counter_sale, hold, label, movement, order_line, orders, parcel, placement,
  promise, reservation, shipment
FROM wavedeck_admin;
GRANT UPDATE ON
  label, order_line, orders, parcel, promise, reservation, shipment
TO wavedeck_admin;
GRANT UPDATE (lifted_at, lifted_by) ON hold TO wavedeck_admin;
REVOKE INSERT ON audit FROM wavedeck_admin;
REVOKE INSERT, UPDATE, DELETE ON audit_look, audit_seal FROM wavedeck_admin;
-- Who it was by the database's own word is not for them to say.
GRANT INSERT (person, action, subject, before, after) ON audit
TO wavedeck_app, wavedeck_worker, wavedeck_admin;
GRANT UPDATE (mac, key_id, drop_mac) ON audit_seal TO wavedeck_admin;
REVOKE INSERT, UPDATE, DELETE ON clock_seen, pin_offer, pin_try, question, stock, _sqlx_migrations
FROM wavedeck_admin;
-- What is looked at is not written to, by a way around either.
DO $$
DECLARE
  looked_at regclass;
BEGIN
  FOR looked_at IN
    SELECT c.oid::regclass
    FROM pg_class c
    WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %s FROM wavedeck_admin', looked_at);
  END LOOP;
END $$;
