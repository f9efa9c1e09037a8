# English. One line a sentence; a refusal says what came, what was expected and what to do.

no-date = no date
door-title = Wavedeck
door-prompt = Scan your badge
door-demo = { $badge } { $role ->
    [supervisor] boss
    [picker] pick
    [packer] pack
    [receiver] recv
    *[other] adm
    }
door-demo-pin = Demo PIN { $pin }
door-not-a-badge = "{ $received }" is no badge. Scan the code on your badge.
door-digits = This is no badge. Scan your badge first, then type the PIN.
door-language = 中文
list-more = { $count } more below
exceptions-ask-cancel = Cancel shipment { $subject }? YES, or BACK
give-in-hand = { $counted } in hand: scan their tote first, then { $who } can have the trip.
wave-all-there = Nothing would be short.
wave-ask-name = Type a name for this filter
state-box-open = open
state-list-open = open
door-unknown = Nobody has this badge. Ask your supervisor for a new one.
door-disabled = This badge is disabled. Ask your supervisor.
door-no-pin-key = This terminal cannot check PINs. Call the administrator: { $said }
door-locked = Too many wrong PINs. Wait { $seconds } s.
door-tried = { $n ->
    [one] 1 wrong PIN
   *[other] { $n } wrong PINs
} with your badge at { $terminal }. Not you? Tell your supervisor.
pin-prompt = Type your PIN
pin-wrong = Wrong PIN. Type it again.
pin-digits = A PIN has 4 to 8 digits. Type it.
pin-trivial = This PIN is the first that somebody would try: no runs, no repeats.
pin-same = This is the PIN that they have. Choose another.
signed-off = You are signed off. Scan your badge.
moved-elsewhere = { $name } is signed on at { $terminal }. Scan the badge to work here.
menu-title = Menu
menu-prompt = Digit + Enter, or a card
menu-elsewhere = Work in another warehouse
menu-works-in = You work in { $warehouse } now.
menu-in-hand = You have a trip or a task here: finish it or hand it over first.
menu-expects = "{ $received }": choose a line of the menu by its digit, or scan its card.
menu-pick = Pick
menu-pack = Pack
menu-hand-over = Hand over
menu-put-back = Put back
menu-wave = Release a wave
menu-exceptions = Exceptions
not-yours = { $received } is for an owner or a shop that you do not work for. Give it to a colleague.
not-allowed = Your role { $role } may not do this. Ask a supervisor.
went-wrong = This went wrong, nothing was changed. Tell the supervisor: { $command }
moved-on = { $received }: not taken, your work has moved on. Look and scan again.
card-not-here = { $card } does nothing here. F1 shows what does.
line-too-long = A scan of more than { $bytes } bytes was thrown away. Scan again.
quit-sign-off-first = Sign off first: F10 or the card SIGNOFF.
queue-held-full = Too many scans wait for your answer: these are not taken
queue-dropped = { $count ->
    [one] 1 waiting scan dropped. Scan it again.
   *[other] { $count } waiting scans dropped. Scan them again.
}
demo-nothing = Nothing to scan here now.
db-tote-taken = This tote was taken a moment ago. Take another one.
goods-too-old = STOP: these goods expire too soon. Set them aside: DAMAGED, then the unit.
too-old-moved = { $item } in { $bin } expires { $day }: too soon. Leave it, follow the screen.
too-old-lost = { $item } in { $bin } expires { $day }: too soon. Leave it. No other stock for { $lost }; supervisor informed.
label-too-old = STOP { $shipment }: goods in it expire too soon. No label. Scan the box at a bench: DAMAGED, then the unit.
hand-over-too-old = STOP { $received }: goods in it expire too soon. Do not load: open it at a bench.
notice-too-old = { $goods } on your trip expire too soon. Follow the screen.
reason-out-of-date = EXPIRES TOO SOON, TOTE OR BOX
goods-held = STOP: these goods are held. Set them aside: DAMAGED, then the unit.
held-moved = { $item } in { $bin } is held. Leave it, follow the screen.
held-lost = { $item } in { $bin } is held. Leave it. No other stock for { $lost }; supervisor informed.
label-held = STOP { $shipment }: goods in it are held. No label. Scan the box at a bench: DAMAGED, then the unit.
label-shipment-held = STOP { $shipment }: held, no label yet. Leave the box in staging; it goes on when the hold is lifted.
container-held = This tote or box is held: leave it, take another.
pack-box-held = STOP: goods in this box are held. Take them out: DAMAGED, then the unit.
pack-box-shipment-held = STOP: this shipment is held. Leave the box at the bench (BACK), the supervisor decides.
pack-box-too-old = STOP: goods in this box expire too soon. Take them out: DAMAGED, then the unit.
pack-box-strays = Goods in this box are to be put back. First Put back (menu), then close it.
hand-over-held = STOP { $received }: what is in it is held. Do not load it: bring it to a supervisor.
hand-over-shipment-held = STOP { $received }: { $shipment } is held: { $why }. Do not load it: back to staging.
notice-held = STOP: { $goods } is held. Put what you hold back into its bin, then follow the screen.
notice-held-aside = STOP: { $goods } of { $shipment } is held. In a tote: leave it there. At the bench: DAMAGED takes it out.
reason-goods-held = HELD GOODS IN TOTE OR BOX
db-goods-moved = These goods have moved on. Look and scan again.
db-goods-gone = There are not so many here any more. Look and scan again.
db-goods-reserved = These goods are reserved for others. Scan again.
db-container-moved = This container stands elsewhere now. Scan again.
db-again = Somebody was faster. Look and scan again.
pick-title = Pick
pick-title-trip = Pick { $trip } { $at }/{ $of }
pick-idle = 1 or NEXT takes a trip
pick-idle-expects-next = "{ $received }": no trip in hand. 1 or NEXT takes one.
pick-no-trip = No trip waits. NEXT asks again.
pick-no-trip-in = No trip waits in { $zones }. NEXT asks again.
pick-free-tote = EMPTY TOTE
pick-from = from { $bin }
pick-lot = Lot { $lot } expires { $day }
lot-undated = Lot { $lot }
pick-qty = { $counted } of { $want }
pick-for = for { $shipment }
pick-for-into = for { $shipment } into { $tote }
due-at = Cut-off { $due }
due-soon = ! Cut-off { $due }, { $min } min left
due-late = !! LATE: cut-off was { $due }
ahead-bin = Next
ahead-take = Take
ahead-item = Item
ahead-tote = Tote
pick-prompt-source = Scan bin or goods
pick-prompt-bin = Scan the bin
pick-prompt-item = Scan the goods
pick-prompt-lot = Which date? Scan lot { $lot } or type MMDD
pick-prompt-count = Scan { $left } more, or type the total
pick-prompt-tote = Put into { $tote }, scan it
pick-prompt-free-tote = Scan an empty tote for { $shipment }
pick-wrong-bin = { $received } is the wrong bin. Go to { $bin }, scan it.
pick-heard = { $received } is scanned already. { $next }
pick-which-pallet = { $received } is the right bin: scan { $place } in it.
pick-on = On { $place }
pick-prompt-pallet = Scan { $place }
pick-other-pallet = { $received } is the wrong one. Scan { $place } in { $bin }.
pick-wrong-item = This is { $received }. Take { $item }.
pick-wrong-lot = Wrong lot { $received }. Take lot { $lot }, expires { $good }.
pick-which-lot = Several dates lie here. Scan lot { $lot } or type MMDD of { $good } first.
pick-too-many = { $received } is too many: take { $want }. Put the rest back.
pick-number-is-code = { $received } is a code here too. Scan the goods one by one.
pick-not-a-tote = This is no tote. Scan a tote.
pick-source-first = Not yet: { $received }. First scan { $bin } or { $item }.
pick-wrong-tote = { $received } is the wrong tote: put it into { $tote }.
pick-tote-taken = { $received } is in use for { $shipment } ({ $who }). Take an empty tote.
pick-expects-tote = "{ $received }": all is counted. Scan tote { $tote }.
pick-expects-free-tote = "{ $received }" is no empty tote. All is counted: scan one for { $shipment }.
pick-unknown = "{ $received }" is not known here. Scan { $bin } or { $item }.
pick-trip-void = Nothing is left on this trip. NEXT takes another
pick-trip-void-expects = "{ $received }": nothing is left on this trip. NEXT takes another.
drop-big = STAGING
drop-prompt = All picked. Scan the staging place
drop-totes = { $totes ->
    [one] 1 tote
   *[other] { $totes } totes
} on the trolley
drop-not-staging = { $received } is no staging place. Go to staging and scan it.
drop-expects-staging = "{ $received }": all picked. Bring { $totes ->
    [one] the tote
   *[other] { $totes } totes
} to staging and scan it.
dropped-next = { $trip } done. Here is the next trip.
dropped-last = { $trip } done. No more trips now.
ask-report = { $report }: say it again, or YES. Else NO
ask-damaged = How many are damaged? Type it, or YES for one. Else NO
books-short = Holds all { $booked } booked here until they are counted
books-empty = Holds everything booked in this bin until it is counted
books-damaged = Holds the damaged units; { $booked } are booked here
books-found = Asks for a count; { $booked } are booked here
report-expects = "{ $received }" books nothing here. { $report } again or YES books it; NO goes back.
nocode-bin-first = Scan { $bin } first, then NOCODE.
damaged-expects = "{ $received }" books nothing here. Type how many are damaged, YES for one, or NO.
damaged-held = { $held } damaged, held at { $bin }. { $lost ->
    [0] { $moved ->
        [0] Take good ones here.
       *[other] { $moved } to pick elsewhere, later on this trip.
    }
   *[other] No other stock for { $lost }; supervisor informed.
    }
db-damaged-within = Too many: other orders need the rest. Type fewer, or report the bin EMPTY.
missing-moved = { $held } held at { $bin }, to be counted. { $moved } to pick elsewhere, later on this trip.
missing-lost = { $held } held at { $bin }, to be counted. No other stock for { $lost }; supervisor informed.
found-noted = Noted: a supervisor will count. Go on.
skipped = { $bin } comes at the end of the trip.
undo-nothing = Nothing to undo here.
undone = Last scan undone.
undone-put = Undone: take { $units } back out of { $tote }.
undone-packed = Undone: take { $units } × { $item } back out of the box.
nocode-counted = Counted without a code: { $counted } of { $qty }. { $next }
undone-skip = Undone: the skipped stop comes first again.
full-no-tote = { $shipment } has no tote yet. Scan an empty one.
swap-done = Other lot taken instead.
swap-not-sellable = Lot { $received } may not be sold. Take lot { $lot }, expires { $good }.
swap-too-old = Lot { $received } ({ $day }): too soon for this customer. Take { $lot }, expires { $good }.
swap-not-free = Lot { $received } is reserved for others. Take lot { $lot }, expires { $good }.
swap-promised = That lot is promised to others. Take the lot on the screen.
explain-stop = Lot { $lot } (expires { $day }) is the first to expire that { $shipment } may get; { $lots ->
    [one] 1 lot lies here
   *[other] { $lots } lots lie here
}.
}.
explain-nothing = Nothing to explain here.
pack-title = Pack
pack-title-bench = Pack { $bench }
pack-big-bench = YOUR BENCH
pack-prompt-bench = Scan your bench
pack-big-tote = NEXT TOTE
pack-prompt-tote = Scan a tote from staging
pack-prompt-more = { $shipment } has another tote: bring { $tote }, scan it
pack-prompt-unit = Scan each unit
pack-prompt-unit-or-count = Scan the next unit, or type the TOTAL of this item
pack-count-fewer = { $boxed } of { $item } are in the box already. Type the total of this item, or UNDO.
pack-count = { $packed } of { $of }
pack-shipment = { $shipment } { $carrier } { $due }
pack-line = { $left } × { $item }
pack-totes = Out of { $totes } totes
waits-tote = Waits
waits-place = Where
waits-shipment = Shipment
waits-carrier = Carrier
waits-due = Cut-off
pack-printer = Labels come from { $printer }
pack-no-printer = This bench has no printer. Tell the supervisor.
pack-expects-bench = "{ $received }": first scan the code of your bench.
pack-expects-tote = "{ $received }": scan a tote from staging.
pack-tote-empty = { $received } is free: nothing to pack in it. Scan another tote.
pack-other-shipment = { $received } belongs to { $other }. Finish { $shipment } first, or BACK.
pack-more-totes = First scan the other tote { $tote } of this shipment.
pack-not-ready = { $received }: { $shipment } is still being picked. Leave it in staging.
pack-exception = { $shipment } waits for the supervisor. Leave it in staging.
pack-shipment-held = { $shipment } is held: { $why }. Leave it in staging.
pack-other-packer = { $who } packs { $shipment } now. Take another tote.
pack-cancelled = STOP: { $shipment } was cancelled. Put { $received } on the put-back shelf.
pack-wrong-item = { $received } is not in { $shipment }. Put it aside.
pack-wrong-lot = Lot { $received } was not picked for this: it is lot { $lot }.
pack-too-many = Too many { $received }: only { $left } left to pack. Put it aside.
pack-unknown = "{ $received }" is not known. Scan the goods in the tote.
pack-stop = STOP: the shop cancelled { $shipment }. No label. Box to the put-back shelf.
pack-done = { $shipment } packed, label { $waybill } prints. Next tote.
label-waits = { $shipment } packed; the shop does not answer ({ $why }). The label follows by itself.
label-nobody = The background task does not answer: the label follows by itself when it runs.
label-no-waybill = No waybill numbers left. Put the parcel aside and tell the supervisor.
reprint-nothing = No label to print again at this bench.
reprint-copy = COPY of { $sscc } is printing. Destroy the first label.
put-back-title = Put back { $task }
put-back-none = Nothing waits
put-back-prompt-container = Scan a tote or box
put-back-prompt-item = Scan goods from it
put-back-prompt-choice = Which is it? Type its number
put-back-choice = { $qty } × { $item } · { $lot }
put-back-expects-choice = "{ $received }" is none of these numbers. Type one, or BACK.
put-back-prompt-bin = Bring them, scan the bin
put-back-any-bin = ANY BIN
put-back-waiting = { $count ->
    [one] 1 container waits
   *[other] { $count } containers wait
}
put-back-qty = { $qty ->
    [one] 1 unit, all of it
   *[other] all { $qty } units
}
put-back-goods-first = Not yet: { $received }. First scan the goods.
put-back-not-a-bin = { $received } is no storage bin. Scan a storage bin.
put-back-expects-container = "{ $received }": scan a tote or box of a cancelled shipment.
put-back-unknown = "{ $received }" is not known here. Scan the goods, then a bin.
put-back-not-in = { $received } is not in { $container }. Scan what is.
put-back-no-task = Nothing is to be put back from { $received }.
put-back-taken = { $who } puts { $received } back already. Take another.
put-back-done = Booked: { $qty } × { $item } into { $bin }. Nothing else of it is to be put back.
put-back-more = Booked: { $qty } × { $item } into { $bin }. There is more in it.
put-back-elsewhere = { $received } is not { $bin }. Scan { $received } again to put them there.
hand-over-title = Hand-over { $list }
hand-over-big = NEXT PARCEL
hand-over-prompt = Scan a parcel
hand-over-prompt-more = Scan parcels, then CLOSE
hand-over-some-wait = { $count ->
    [one] One more parcel of this carrier waits. CLOSE again closes the list without it.
   *[other] { $count } more parcels of this carrier wait. CLOSE again closes the list without them.
  }
hand-over-count = { $carrier }: { $parcels }
hand-over-waiting = { $count ->
    [one] 1 parcel waits
   *[other] { $count } parcels wait
}
hand-over-last = last { $sscc }
hand-over-stays-open = The list stays open.
hand-over-nothing = No parcel on the list. Scan parcels first.
hand-over-expects-parcel = "{ $received }" is no parcel. Scan the parcel's barcode.
hand-over-cancelled = STOP: { $shipment } was cancelled. Do not load { $received }: put-back shelf.
hand-over-gone = { $received } was handed over before.
hand-over-no-label = { $received } is open, or has no label for what is in it. Bring it back to the bench.
hand-over-twice = This parcel is on a list already. Scan the next one.
hand-over-wrong-truck = STOP: { $received } goes with { $carrier }. CLOSE this list first.
hand-over-closed = This list is closed already.
hand-over-closed-now = Handed over: { $parcels ->
    [one] 1 parcel
   *[other] { $parcels } parcels
}
hand-over-shop-silent = The shop does not answer, and its setting says wait. Scan again soon.
wave-only = Only the { $n ->
    [one] shipment
   *[other] { $n } shipments
 } that you chose
wave-title = Release a wave
wave-prompt = RELEASE, or 1-9 + Enter to filter
wave-count = { $shipments } ready
wave-size = { $lines ->
    [one] 1 line
   *[other] { $lines } lines
}, { $units ->
    [one] 1 unit
   *[other] { $units } units
}
wave-trips = { $shipments } in { $trips ->
    [one] 1 trip
   *[other] { $trips } trips
}
wave-walks = { wave-trips }, { $metres } m to walk
wave-shop = Shop: { $value }
wave-carrier = Carrier: { $value }
wave-cutoff = Cut-off: { $value }
wave-short = { $shipments ->
    [one] 1 shipment
   *[other] { $shipments } shipments
} would be short, { $units ->
    [one] 1 unit
   *[other] { $units } units
} in all
wave-waiting = Not ready, { $why }: { $count }
wave-nothing = Nothing to release with this filter.
wave-expects = "{ $received }": RELEASE, or a number from 1 to 9.
wave-released = { $wave } is out: { $trips ->
    [one] 1 trip
   *[other] { $trips } trips
}, { $short ->
    [0] no shortages
    [one] 1 shipment short
   *[other] { $short } shipments short
}.
}. { $short } stayed short.
exceptions-title = Exceptions { $open }
exceptions-still-waits = { $subject } still waits: closing would only hide it. Choose another way, or leave it open.
exceptions-none = No exception is open
exceptions-only-one = This is the only exception.
exceptions-prompt-none = BACK to the menu
exceptions-prompt-count = Held { $held }: type the good units counted
exceptions-prompt-choice = Choose an action
exceptions-qty = { $qty ->
    [one] 1 unit
   *[other] { $qty } units
 } of lot { $lot }
exceptions-since = since { $since }
exceptions-more-than-held = { $received } is more than the { $held } held. Type the good units counted.
exceptions-expects-count = "{ $received }": type a number from 0 to { $held }.
exceptions-expects-choice = "{ $received }": type the digit of an action.
exceptions-counted = { $found ->
    [one] 1 unit is good again
   *[other] { $found } units are good again
}, { $gone } written off.
exceptions-done = Done.
exceptions-still-stuck = They lie in a closed box: sign on at a bench, scan the box, then try again.
exceptions-still-none = Still none to be found. Cancel, or wait for goods.
exceptions-still-unknown = The item is still unknown. Add it first.
way-retry = Try again
way-cancel = Cancel the shipment
way-done = Close without action
reason-short = SHORT
reason-all = All exceptions
reason-damaged = DAMAGED
reason-empty = EMPTY BIN
reason-found = EXTRA STOCK
reason-not-found = NO STOCK TO PICK
reason-broken-promise = STOCK NO LONGER COVERS ORDER
reason-unknown-item = UNKNOWN ITEM
reason-unreadable = UNREADABLE ORDER
reason-dispatch-refused = SHOP REFUSED DISPATCH
reason-no-waybills = NO WAYBILLS LEFT
reason-coming-back = CANCELLED, ALREADY SENT
reason-changed-late = CHANGED TOO LATE
reason-address-late = OTHER ADDRESS, TOO LATE
card-short = short
card-damaged = damaged
card-empty = bin empty
card-found = extra stock
card-nocode = no code
card-skip = skip
card-full = full
card-undo = undo
card-back = back
card-yes = yes
card-no = no
card-help = help
card-explain = why this
card-release = release
card-close = close
card-signoff = sign off
card-next = next
card-reprint = print again
card-menu-pick = pick
card-menu-pack = pack
card-menu-putback = put back
card-menu-handover = hand over
card-menu-wave = waves
card-menu-exceptions = exceptions
help-title = What works here
help-cards = Every command has a printed card WDC-…
link-offline = NO CONNECTION. Your scans are kept. Ctrl-C leaves.
link-slow = SLOW: no answer yet. Your scan is kept. Ctrl-C leaves.
unanswered = NO ANSWER, and it may not be done. Enter asks again, Esc drops it. Number { $command }
unanswered-door = NO ANSWER. Scan your badge again.
queue-waiting = { $count } waiting: { $scans }
queue-held-card = { $card } did nothing: scans wait. First Enter takes them, or Esc drops them.
queue-held = STOPPED: { $count ->
    [one] 1 scan waits
   *[other] { $count } scans wait
 }. Enter = go on, Esc = drop
queue-full = Queue full: wait
demo-key = scan for me
label-failed = The label could not be made. Put the parcel aside and tell the supervisor.
exceptions-moved = { $received }: not taken, somebody closed the exception on your screen. Look again.
pack-gone = STOP: { $shipment } was cancelled. Put its totes and box on the put-back shelf.
pack-big-gone = STOP
pack-prompt-gone = BACK, then the next tote
back-counted = { $counted } in hand: scan their tote first. UNDO takes the last scan back.
pick-zero = 0 is no pick. If none is there: SHORT or EMPTY, then scan { $bin }.
pack-no-code-last = Scan the goods that have a code first; NOCODE takes what is then left.
exceptions-units = { $qty ->
    [one] 1 unit
   *[other] { $qty } units
}
exceptions-cancelled = { $subject } is cancelled; its goods are to be put back.
door-demo-zh = { $badge } { $role ->
    [supervisor] boss
    [picker] pick
    [packer] pack
    [receiver] recv
    *[other] adm
    } 中
put-back-finish = { $received }: first finish { $container }. Scan goods from it, then a bin.

# The command line.
cli = The terminal console that a warehouse runs on
cli-usage = Usage:
cli-commands = Commands
cli-arguments = Arguments
cli-options = Options
cli-one-of = {" "}(one of: { $values })
cli-default = {" "}(without it: { $value })
cli-any--help = Says what there is
cli-any--version = Says the version
cli-any--config = Configuration file
cli-any--lang = Language of screens and sentences
cli-any--json = JSON instead of a table
cli-any--csv = CSV instead of a table
cli-any--code = Code
cli-any--carrier = Its carrier
cli-any--hold_no = The hold's number
cli-any--name = Name
cli-any--warehouse = Only this warehouse
cli-any--tz = The clock that times without a zone mean
cli-any--limit = At most so many rows
cli-demo = Opens a generated warehouse with a stand-in shop, to try things out
cli-demo--setup_only = Make the warehouse, pull the orders, leave no process behind
cli-demo--seed = The same number makes the same warehouse
cli-demo--orders = Orders that the stand-in shop serves
cli-demo--shop_url = A generic shop of your own in place of the stand-in; key id and secret are both demo
cli-demo--printer_url = A printer of your own in place of files: tcp://HOST:PORT or file:///PATH
cli-demo--reset = Drop the demo's database first
cli-serve = Serves consoles that have no database of their own, at a socket
cli-serve--exports = Where lists go that people take away
cli-serve--socket = Where: a path; else [console] socket
cli-serve--connections = Connections to the database that it holds for all of them
cli-worker = The background task alone: orders, labels, what shops are told
cli-db = The database: its URL, the private server, its schema
cli-db-url = Prints the URL that sessions use
cli-db-start = Starts the private server and keeps it running without users
cli-db-stop = Lets the private server stop when nobody uses it
cli-db-init = Makes roles and schema; with a shared Postgres, WAVEDECK_OWNER_URL names the owner's login
cli-db-migrate = Brings the schema up to this program's
cli-db-guard = Waits for the private server's last user and stops it
cli-db-guard--home = Its folder
cli-db-guard--wipe = Remove the folder too
cli-user = People and their badges
cli-user-add = Adds a person and prints the badge; the PIN is asked for, or read from WAVEDECK_PIN_FILE
cli-user-add--code = The person's code
cli-user-add--role = What the person may do
cli-user-add--lang = Language of the person's screens
cli-user-list = Lists people
cli-user-badge = Gives a person a new badge; the old one opens nothing any more
cli-user-disable = Disables a person's badge
cli-shop = Shops that orders are pulled from
cli-shop-add = Adds a shop
cli-shop-add--channel = What kind of shop it is
cli-shop-add--url = Where it answers: http or https
cli-shop-add--key_id = The name of the key
cli-shop-add--secret_file = A file that holds the key's secret
cli-shop-add--options = What is different for this shop: page_size, window_s, lag_s, overlap_s, lookback_s, carriers.CODE
cli-shop-add--min_life = Life that its customers ask for: days, or a share of the whole, as in 66%
cli-shop-add--notify = When the shop is told
cli-shop-add--no_answer = What no answer means before a label is printed
cli-shop-list = Lists shops
cli-shop-set = Changes how a shop is spoken to; what is not named stays
cli-shop-set--code = Which shop
cli-shop-set--url = Where it answers
cli-shop-set--options = An option to change, as carriers.SF=505; with nothing behind = it goes back to its default
cli-shop-set--min_life = Life that its customers ask for: days, or a share of the whole, as in 66%
cli-shop-set--notify = When the shop is told
cli-shop-set--no_answer = What no answer means before a label is printed
cli-shop-set--parts = May an order go in parts, without anybody being asked?
cli-shop-test = Asks the shop for one page of orders
cli-printer = Label printers
cli-printer-add = Adds a printer
cli-printer-add--url = Where it is: tcp://HOST:PORT or file:///PATH
cli-printer-add--dpi = Dots an inch
cli-printer-add--cjk_font = The font file in the printer that holds Chinese glyphs
cli-printer-set = Changes a printer; what is not named stays
cli-printer-set--url = Where it listens: tcp://host:9100 or file:///path
cli-printer-set--dpi = Its dots per inch
cli-printer-set--cjk_font = The font file in the printer that holds Chinese glyphs
cli-printer-set--bench = A bench that it prints for from now on
cli-printer-add--bench = The bench that prints there
cli-printer-list = Lists printers
cli-printer-test = Prints a test label
cli-scanner = What scanners are set to send around their data
cli-scanner-set = Makes or changes a profile
cli-scanner-set--prefix = What the scanner sends before the data
cli-scanner-set--suffix = What it sends after the data, before the end of the line
cli-scanner-set--gs = The character that stands for GS where the scanner cannot send it
cli-scanner-use = Gives a profile to a person or a bench; the bench's goes first
cli-scanner-use--code = The profile; - takes it away
cli-scanner-use--person = Who works with it
cli-scanner-use--bench = Where it hangs
cli-scanner-list = Lists profiles and who uses them
cli-secrets = The key that secrets of shops are sealed with
cli-secrets-new-key = Makes a key file
cli-secrets-new-key--file = Where it is written; a file that is there stays
cli-secrets-rotate = Puts a new key into the key file, seals everything with it and drops the old one
cli-secrets-reseal = Seals everything with the first key of the file
cli-no-such-command = { $received }: there is no such command.{ $like } `wavedeck --help` shows what there is.
cli-no-such-flag = { $received } is not known here.{ $like } --help after the command shows what is.
cli-did-you-mean = { " " }Did you mean { $near }?
cli-help = Texts by topic, or a command's help
cli-help--about = A topic, or the words of a command
cli-help-topics = wavedeck help TOPIC:
cli-help-more = More: wavedeck help { $topic }
cli-no-such-topic = "{ $received }" is neither a topic nor a command. `wavedeck help` shows the topics.
cli-alert-set = Changes when a rule tells, and whom
cli-carrier = Carriers, their waybill numbers and cut-offs
cli-carrier-add = Adds a carrier
cli-carrier-add--waybills = Waybill numbers to hand out: PREFIX:FROM-TO
cli-carrier-add--cutoff = The truck leaves at this time of the warehouse's day
cli-carrier-add--transit = Days on the road
cli-carrier-set = Changes a carrier's name or waybill numbers; what is not named stays
cli-carrier-set--name = Another name
cli-carrier-set--waybills = Waybill numbers to hand out from now on: PREFIX:FROM-TO
cli-carrier-set--warehouse = Whose numbers these are; without it, of all warehouses that have none
cli-carrier-list = Lists carriers
cli-show = Shows a list, or what a person is busy with
cli-show--watch = Again every so many seconds (2), until Ctrl-C
cli-show--what = Which list
cli-show--person = Whose work (show work)
cli-check = Recomputes every invariant from the raw rows
cli-cards = Prints command cards and badges
cli-cards--zpl = Labels for a ZPL printer instead of text
cli-cards--badges = People's badges instead of commands
cli-value-missing = { $arg } needs a value.
cli-value-of = { $received } does not fit { $arg }: expected one of { $known }.
cli-value = { $received } does not fit { $arg }. --help after the command says what does.
cli-argument-missing = { $arg } is missing. --help after the command says what it is.
cli-command-missing = A command is missing. --help shows which there are.
cli-conflict = { $one } and { $other } do not go together: leave one out.
cli-not-utf8 = An argument is not UTF-8. Check the terminal's encoding.
cli-usage-wrong = The arguments cannot be read ({ $said }). --help after the command says what is expected.
cli-file = { $file }: { $said }
cli-file-empty = { $file } is empty: it should hold the secret, on one line.
cli-bug = Something went wrong that should not: { $said }. Nothing was changed.
cli-exists-already = This code is taken already; choose another one.
cli-refused = Refused by the rule { $rule }: { $said }. Nothing was changed.
cli-zone-unknown = No bin lies in the zone { $received }.
cli-work-unknown = People can be put to pick, pack, put_back and hand_over.
cli-not-let-in = The database does not let us in: { $said }. Check the user, the password and the name of the database in the URL.
cli-login-may-not = The login in the database's URL may not do this: { $said }. Consoles use wavedeck_app, the background task wavedeck_worker, commands wavedeck_admin.
cli-database = The database does not answer: { $said }. Check the URL, the network and the server.
cli-schema-missing = This database has no Wavedeck schema; run `wavedeck db init`.
cli-schema-older = The schema is older than this program; run `wavedeck db migrate`.
cli-schema-newer = The schema is newer than this program; update the program.
cli-schema-current = The schema is up to date.
cli-postgres-missing = No Postgres server (14 or later) is installed; run: sudo apt-get install -y postgresql
cli-socket-path = { $path }: the socket's path would be longer than 107 bytes; choose a shorter WAVEDECK_HOME.
cli-program = { $program } failed: { $said }
cli-no-home = Neither WAVEDECK_HOME nor HOME is set; set one of them.
cli-nobody-serves = Nobody serves consoles at { $socket } ({ $said }). `wavedeck serve` does.
cli-serving = Consoles are served at { $socket }.
cli-terminal = The terminal cannot be used: { $said }
cli-pin-ask = PIN (4 to 8 digits):
cli-person-unknown = { $received }: nobody has this code; `wavedeck user list` shows who there is.
cli-shop-url = { $received }: expected a URL that begins with http:// or https://
cli-shop-option = { $received }: expected NAME=VALUE, as in page_size=50 or carriers.SF=505
cli-shop-unknown = { $received }: there is no such shop; `wavedeck shop list` shows what there is.
cli-shop-said = { $shop } did not answer as a shop does: { $said }
cli-shop-reads = { $orders ->
    [one] 1 order
   *[other] { $orders } orders
} of a page can be read, { $bad } cannot; its clock says { $time }
cli-printer-url = { $received }: expected tcp://HOST:PORT or file:///PATH
cli-printer-unknown = { $received }: there is no such printer; `wavedeck printer list` shows what there is.
cli-printer-file = { $said }. Set it in the configuration, or use tcp://HOST:PORT
cli-printer-printed = { $code } says that the test label is out.
cli-printer-taken = { $code } has read all of the test label; it does not say whether it is out.
cli-printer-written = { $code } took the bytes of the test label and says nothing more: look whether it is out.
cli-printer-said = The printer did not take it: { $said }
cli-scanner-cannot = A prefix or suffix has at most 8 ASCII characters, without line ends, backspace or Esc; what stands for GS is one visible character.
cli-scanner-unknown = { $whose }: there is no such profile, person or bench; `wavedeck scanner list` shows what there is.
cli-service = Carriers' services: days, cut-offs, transit by region
cli-service-add = Adds a service to a carrier
cli-service-add--cutoff = The truck leaves at this time of the warehouse's day
cli-service-add--cutoff_on = Another cut-off on a weekday (Monday is 1), as in 6=12:00
cli-service-add--transit = Working days on the road where no region says otherwise
cli-service-add--regions = Working days to a region: COUNTRY/PROVINCE/CITY/POSTCODE=DAYS; what is empty is any
cli-service-add--calendar = The days on which it drives
cli-service-add--standard = New shipments of the carrier travel by it
cli-service-add--warehouse = Whose cut-offs these are; without it, every warehouse's
cli-service-set--warehouse = Whose cut-offs these are; without it, every warehouse's
cli-service-set = Changes a service; what is not named stays
cli-service-set--cutoff = The truck leaves at this time of the warehouse's day
cli-service-set--cutoff_on = Another cut-off on a weekday (Monday is 1), as in 6=12:00
cli-service-set--transit = Working days on the road where no region says otherwise
cli-service-set--regions = Working days to a region: COUNTRY/PROVINCE/CITY/POSTCODE=DAYS; what is empty is any
cli-service-set--calendar = The days on which it drives
cli-service-set--standard = New shipments of the carrier travel by it
cli-service-list = Lists services
cli-calendar = On which days warehouses work and carriers drive
cli-calendar-set = Makes or changes a calendar; what is not named stays
cli-calendar-set--weekdays = The weekdays that are open (Monday is 1), as in 1-5 or 1,2,4
cli-calendar-set--days = A single day: 2028-05-01=closed, =open, or until an hour: =12:00
cli-calendar-list = Lists calendars
cli-warehouse = The buildings, their clocks and calendars
cli-warehouse-add = Adds a warehouse
cli-warehouse-add--tz = Its time zone, as in Asia/Shanghai
cli-warehouse-set = Changes a warehouse; what is not named stays
cli-warehouse-set--tz = Its time zone, as in Asia/Shanghai
cli-warehouse-set--calendar = The days on which it works; an empty code: every day
cli-warehouse-list = Lists warehouses
cli-weekdays = { $received }: expected weekdays from 1 (Monday) to 7, as in 1-5 or 1,2,4
cli-calendar-day = { $received }: expected a day and what it is, as in 2028-05-01=closed, =open or =12:00
cli-cutoff-on = { $received }: expected a weekday and a time, as in 6=12:00
cli-region = { $received }: expected COUNTRY/PROVINCE/CITY/POSTCODE=DAYS, as in CN/浙江省=1
cli-time-zone = { $received } is no time zone: expected one as in Asia/Shanghai
cli-no-such-warehouse = There is no warehouse { $code }. `wavedeck warehouse list` shows them.
cli-no-such-service = There is no service { $code }. `wavedeck service list` shows them.
cli-service-known = There is a service { $code } already. `wavedeck service set` changes it.
cli-code = { $received }: expected a code of 1 to 40 letters, digits and signs, without spaces
cli-no-such-carrier = There is no carrier { $code }. `wavedeck carrier list` shows them.
cli-no-such-calendar = There is no calendar { $code }. `wavedeck calendar set { $code }` makes it.
cli-shop-life = { $received }: expected days, as in 90, or a share of the shelf life, as in 66%
cli-hold = What must not move: recalls, blocks, whatever else
cli-hold-add = Holds something and says the hold's number
cli-hold-add--lot = A lot, as SKU/LOT: a recall
cli-hold-add--item = An item
cli-hold-add--bin = A bin: a block
cli-hold-add--container = A pallet, carton, tote or parcel
cli-hold-add--owner = All that an owner has
cli-hold-add--shipment = A shipment
cli-hold-add--order = An order, as SHOP/NUMBER
cli-hold-add--customer = All that a customer buys, as SHOP/CUSTOMER
cli-hold-add--reason = Why, in a word: recall, block, check
cli-hold-add--note = Why, in one's own words
cli-hold-add--warehouse = Where the bin or container is, if its code is in several
cli-hold-lift = Lifts one hold; others on the same thing stay
cli-hold-list = Lists holds, lifted ones too
cli-hold-list--limit = So many rows at most
cli-hold-sent = What of a lot has left, and to whom
cli-hold-sent--lot = The lot, as SKU/LOT
cli-hold-subject = Say what to hold: --lot, --item, --bin, --container, --owner, --shipment, --order or --customer
cli-hold-reason = Say why: --reason recall
cli-hold-none = There is no live hold { $code }. `wavedeck hold list` shows them.
cli-hold-unknown = { $what }: nothing on the books is called so (a lot is SKU/LOT, an order SHOP/NUMBER). Look it up on the screen, or in `wavedeck show stock`.
cli-hold-ambiguous = { $what }: several are called so. Name the item too (SKU/LOT), the shop (SHOP/NUMBER), or the warehouse.
cli-container = Totes, cartons, pallets and trolleys; their codes as labels
cli-container-add = Makes containers and prints their codes
cli-container-add--kind = What they are
cli-container-add--count = How many
cli-container-add--slots = Slots that each trolley has
cli-container-add--place = Where they stand; the first staging bin, if nothing is said
cli-container-add--warehouse = Whose they are, where there are several warehouses
cli-container-add--zpl = Labels for a printer instead of lines of text
cli-container-set = Says where a container stands now, with all that is in it
cli-container-set--container = Its code
cli-container-set--place = Where it stands now: a bin, a slot, a pallet
cli-container-set--person = Who moves it; their PIN is asked for
cli-container-set--warehouse = Its warehouse, if its code is in several
cli-container-list = Lists containers, where they stand and what they are used for
cli-container-list--kind = Only these
cli-container-slots = Only trolleys have slots.
cli-no-staging = No staging bin is known: say where they stand with --in, or import places first.
cli-no-such-place = { $code }: there is no such place. `wavedeck export places` shows them.
cli-no-container = { $code } is no tote, carton or pallet: only those stand somewhere else now and then.
cli-no-such-bench = { $code }: there is no such bench. `wavedeck export places` shows them.
cli-which-warehouse = There are several warehouses: say --warehouse. `wavedeck warehouse list` shows them.
cli-gs1-prefix = { $received }: expected a GS1 company prefix of 4 to 12 digits
cli-owner = Whose stock it is
cli-owner-add = Adds an owner
cli-owner-list = Lists owners, their items and shops
cli-route = Which warehouses send what a shop sells to a region
cli-route-set = Makes or changes a route; what is not named stays
cli-route-set--shop = Only of this shop
cli-route-set--owner = Only this owner's goods
cli-route-set--region = Only to this region, as in CN/浙江省 or DE///10; of a postcode its beginning
cli-route-set--to = The warehouses, the first choice first
cli-route-set--parts = If none has all of an order, may several send it in parts?
cli-route-remove = Removes a route
cli-route-list = Lists routes
cli-route-try = Says where an order would be sent from, and by which route
cli-route-try--shop = Of which shop
cli-route-try--region = To which region
cli-route-region = { $received }: expected COUNTRY/PROVINCE/CITY/POSTCODE, as in DE///10
cli-no-such-route = There is no route { $code }. `wavedeck route list` shows them.
cli-no-such-owner = There is no owner { $code }. `wavedeck owner list` shows them.
cli-shop-set--owner = Whose goods it sells
cli-shop-set--carrier = Who drives what it names no carrier for
cli-user-set = Changes a person; what is not named stays
cli-user-set--code = Who
cli-user-set--name = Their name
cli-user-set--role = Their role
cli-user-set--lang = The language of their screens
cli-user-set--pin = Asks for a new PIN
cli-user-set--warehouses = Where they may work; empty: everywhere
cli-user-set--work = What they are offered: pick, pack, put_back, hand_over; empty: all that they may
cli-user-set--zones = In which zones they are offered trips; empty: all
cli-user-set--enable = May work again
cli-warehouse-set--gs1_prefix = The site's own GS1 company prefix, which its SSCCs begin with
cli-warehouse-set--trolley_totes = How many totes a trolley carries
db-container-stands-fit = It cannot stand there: containers stand in bins, slots and on pallets of their warehouse.
cli-customer = Who buys, and what they ask of what they get
cli-customer-set = Changes a customer; one that has not bought yet is made
cli-customer-set--customer = The customer, as its shop names them
cli-customer-set--shop = Its shop
cli-customer-set--min_life = Life that they ask for: days, or a share of the whole, as in 66%
cli-customer-set--priority = Before others, from 0 (like everybody) to 100
cli-customer-list = Lists customers who ask for something
cli-carrier-waybills = { $received }: expected PREFIX:FROM-TO, as in SF:100000-199999
cli-waybills-taken = These numbers are taken: { $which }
cli-carrier-cutoff = { $received }: expected a time of day, as in 18:00
cli-demo-private = The demo makes its own private database; unset WAVEDECK_DATABASE_URL.
cli-demo-not-mine = This database was not made by the demo; nothing was dropped.
cli-demo-other = This database holds a warehouse that the demo did not make; set WAVEDECK_HOME to another folder.
cli-demo-slow = The stand-in shop's orders did not all arrive; try again.
cli-no-warehouse-there = --warehouse says nothing there: these rows are the whole site's.
cli-show-person-only = --person goes with show work only.
cli-show-person = show work needs --person CODE.
cli-show-nobody = { $received }: nobody with this code has signed on; `wavedeck user list` shows who there is.
cli-audit-changed = The audit is not as it was sealed: `wavedeck check` says where. The keys stay as they are until that is cleared up.
cli-check-unsealed = The audit's { $seals ->
    [one] seal was
   *[other] { $seals } seals were
} not looked at: the key file is not here.
cli-check-wrong = { $rows ->
    [one] 1 row is wrong
   *[other] { $rows } rows are wrong
}; nothing was changed.
config-unreadable = { $file }: { $said }
config-syntax = { $file }, line { $line }: { $said }
config-unknown = { $file }, line { $line }: { $key } is no setting of Wavedeck.
config-expects-text = { $file }, line { $line }: { $key } should be a text in quotes.
config-expects-lang = { $file }, line { $line }: { $key } should be "en" or "zh-CN".
config-expects-char = { $file }, line { $line }: { $key } should be one ASCII character.
config-expects-level = { $file }, line { $line }: { $key } should be "error", "warn", "info", "debug" or "trace".

# Picking in total, handing over, going home.
pick-for-many = batch pick, { $shipments ->
    [one] 1 order
   *[other] { $shipments } orders
}
ask-close = END SHIFT? Bring the totes to staging, scan it
ask-give = Hand the trip to { $who }? Scan your own badge
give-own-first = This is your own badge, { $received }. Scan the colleague's first.
desk-others-goods = Goods of owners lie there that you do not work for. Ask a supervisor.
give-not-theirs = They do not work for all that is on this trip. Give it to somebody else.
give-not-free = { $received } has a trip in hand or may not pick. Scan another badge.
give-expects-badge = "{ $received }": scan your own badge to hand the trip to { $who }, or UNDO.
close-expects-staging = "{ $received }": scan the staging place, or UNDO to walk on.
dropped-home = { $trip } dropped. What is left goes to others.
trip-given = { $who } has { $trip } now.
notice-trip-given = { $who } handed you the trip { $trip }. Pick shows it.
notice-cancelled = STOP: { $shipment } was cancelled. Its totes ({ $totes }) go on the put-back shelf; go on with the rest.
notice-cancelled-bench = STOP: { $shipment } was cancelled. Put all of it, packed or not, on the put-back shelf; take the next tote.
notice-set-aside-bench = STOP: { $shipment } was taken off the floor. Put all of it, packed or not, on the put-back shelf; take the next tote.
notice-set-aside = STOP: { $shipment } was taken off the floor. Its totes ({ $totes }) go on the put-back shelf; go on with the rest.
notice-shipment-held = STOP: { $shipment } is held ({ $hold }). Leave it here as it is: BACK, and take another tote.
notice-line-cut = STOP: the shop took { $goods } out of { $shipment }. Leave it out; what you hold goes on the put-back shelf. Go on with the rest.
# Packing: boxes, singles, what is wrong.
pack-still-walking = { $received } is still on its trip. Take a tote from staging.
pack-box-empty = The open box is empty: scan goods first.
pack-asked-expects = "{ $received }" reports nothing here. { $report }: type the number of its line, or NO.
pack-asked-which = Several lines: type the number of the line that it is about.
pack-extra-goods = { $received } is no goods. Scan the extra goods, or NO.
pack-extra-wanted = { $received } is still to be packed, so it is no extra one. NO goes back.
pack-ask-short = MISSING: number of its line? YES if only one. NO: back
pack-ask-damaged = DAMAGED: number of its line? YES if only one. NO: back
pack-ask-found = EXTRA: scan it, then put it aside. Else NO
pack-ask-nocode = NO CODE: number of its line? YES if only one. NO: back
pack-ask-full = Close this box, the rest in another? FULL again or YES. NO: back
pack-asked-yes = "{ $received }" closes and prints nothing: YES does, NO goes back.
pack-ask-run = YES prints them; the last comes by its own scan. NO: back
pack-missing-coming = Reported. A replacement will be picked.
pack-missing-lost = Reported. No other stock; supervisor informed.
pack-missing-parts = Reported. No other stock: pack the rest, then FULL sends it and this follows.
pack-owed = { $units ->
    [one] 1 unit
   *[other] { $units } units
} out of stock; the shop takes no part deliveries. Leave the box here (BACK): the supervisor decides.
} not to be had, and the shop takes no part deliveries. Leave the box here (BACK): the supervisor decides, then it closes by itself.
pack-prompt-owed = FULL: send this, the rest follows. BACK: wait for it.
pack-prompt-owed-waits = The supervisor decides. BACK leaves the box here.
pack-owed-line = { $units ->
    [one] 1 unit
   *[other] { $units } units
} out of stock
pack-extra-noted = Noted. Put it aside for the supervisor.
pack-coming = { $units } still to come
pack-boxes = { $units } in boxes that are closed
pack-prompt-coming = The rest is coming: set the box aside, BACK
pack-prompt-close = FULL closes the box
pack-prompt-any = Scan any unit
pack-prompt-last = Stick on the labels, scan the last unit
pack-prompt-spare = Nothing to pack here. BACK
pack-batch-left = { $left } in { $tote }
pack-batch-line = { $left } × { $item }
pack-batch-each = { $left ->
    [one] 1 box
   *[other] { $left } boxes
} of { $each } × { $item }
pack-batch-spare = { $spare } left over: put-back shelf
pack-run = Print { $labels ->
    [one] 1 label
   *[other] { $labels } labels in a run
}
pack-run-done = { $labels ->
    [one] 1 parcel; its label is printing.
   *[other] { $labels } parcels; their labels come in a run.
}
pack-spare = No order in { $tote } needs { $received }. Put it on the put-back shelf.
pack-which-lot = Several dates of { $received }. Scan lot { $lot } or type MMDD of { $good }.
pack-finish-tote = Not yet: { $received }. First empty { $tote }, or BACK.
reopen-right = { $received }: only a supervisor opens a closed parcel. Scan a tote from staging.
reopen-prompt = Open it again? Type the reason's digit
reopen-expects-reason = "{ $received }": type 1, 2 or 3 to open { $sscc }, or BACK.
reopen-wrong-goods = Wrong goods inside
reopen-damaged-box = The box is damaged
reopen-changed = The customer changed something
reopen-not-now = Not to be opened now: it has left, was cancelled, or has no label yet.
reopened = The box is open; stick a new label over the old one when it closes. Take out what is wrong with DAMAGED or SHORT; FULL closes it.

# Files.
cli-import = Takes goods, places, stock or orders from a CSV or XLSX file
cli-import-orders-as-items = These are orders (order_no): each line would become an item. Use `import orders`, or rename the column.
cli-import--what = What the rows are
cli-import--file = The file: CSV (UTF-8 or GB18030) or XLSX, with a header row; - reads what is piped in
cli-import--map = A TOML file that renames foreign headers and sets constants
cli-import--shop = The shop that orders belong to
cli-import--create_items = Make items of codes that nobody knows
cli-import--person = Who answers for movements of stock; the PIN is asked for, or read from WAVEDECK_PIN_FILE
cli-import--warehouse = Where rows say no warehouse
cli-import--dry_run = Say what would be done, and do nothing
cli-export = Writes goods, places, stock or orders as import takes them
cli-export--what = What to write
cli-export--format = What kind of file
cli-demo--fill = Give what waits invented receivers and stock, so that imported orders can be worked
cli-demo-filled = { $receivers ->
    [one] 1 shipment
   *[other] { $receivers } shipments
} got invented receivers; { $units ->
    [one] 1 unit was
   *[other] { $units } units were
} put into bins; { $promised ->
    [one] 1 shipment is ready
   *[other] { $promised } shipments are ready
}.
cli-import-shop = import orders needs --shop CODE.
cli-import-person = import stock needs --as PERSON: it moves stock, and somebody answers for it.
cli-import-map = { $file }: { $said }: expected "Foreign header" = "our_column", or our_column = {"{"} value = "constant" {"}"}.
cli-import-column = { $received } is no column here; there are { $known }.
cli-import-columns = { $file } has no column { $missing }; it has { $header }. --map names foreign headers.
cli-import-not-a-table = { $file } is neither CSV nor XLSX. Save it as one of them.
cli-import-no-header = { $file } is empty: expected a header row and rows.
cli-import-workbook = { $file } is too large for a workbook. Save it as CSV.
cli-import-too-many = More than { $rows } rows. Split the file.
cli-person-pin = { $received }: this code and PIN do not fit.
import-counts = { $rows ->
    [one] 1 row
   *[other] { $rows } rows
}: { $created } created, { $updated } updated, { $unchanged } unchanged, { $refused } refused, { $waiting } waiting.
import-in-part = { $refused ->
    [one] 1 row was refused
   *[other] { $refused } rows were refused
}; the others are in order.
cli-import-unused = Columns that are not used: { $columns }. Known are { $known }.
import-missing = is missing
import-repeated = the row stands here twice ({ $received })
import-scientific = "{ $received }" was made a number by a spreadsheet; its last digits are lost
import-not-whole = "{ $received }" is not a whole number
import-not-a-number = "{ $received }" is not a number
import-not-positive = "{ $received }" is not a positive number
import-negative = "{ $received }" is negative
import-finer-than-currency = "{ $received }" is finer than the currency
import-not-a-date = "{ $received }" is not a date; expected 2027-03-15
import-not-a-time = "{ $received }" is not a time; expected 2027-03-15 08:30
import-not-yes-or-no = "{ $received }" is neither yes nor no
import-not-one-of = "{ $received }" is none of the known words
import-too-long = "{ $received }" is too long
import-not-a-life = "{ $received }" is neither days, as in 90, nor a share of the shelf life, as in 66%
import-too-large = "{ $received }" is too large
import-check-digit = "{ $received }" has a wrong check digit; a spreadsheet may have taken leading zeros
import-columns = the row has more or fewer cells than the header
import-encoding = the row is neither UTF-8 nor GB18030
import-row-too-long = the row does not end: a quote that is never closed, perhaps. What follows was not read
import-unknown-owner = the owner is not known
import-unknown-warehouse = the warehouse is not known
import-which-warehouse = the file does not say which warehouse, and there is none yet, or several
import-place-in-use = { $received }: a bench that people or parcels stand at stays a bench
import-no-slots-there = { $received }: its parent is no trolley and no wall; only they have slots
import-unknown-place = the place is not known
import-unknown-item = { $received } is no item here
import-code-taken = { $received } is something else already
import-below-reserved = { $received }: more than this is reserved
import-which-clock = { $received } says no time zone, and the warehouses' clocks differ; use --tz
import-other-currency = { $received } is not the currency of the order's first row
import-no-receiver = { $received } has no receiver: held until it has one
import-refused = the database refused it: { $received }
reason-no-carrier = NO CARRIER

# Around it.
cli-doctor = Looks at everything that Wavedeck needs and says what to mend
cli-keymap = What the keys do
cli-keymap-show = Shows a keymap
cli-keymap-show--keymap = default, vim, handheld, or a file; without it the configured one
cli-keymap-check = Says whether a keymap file is right
cli-keymap-check--file = The file
cli-keymap-right = { $file } is right: { $keys ->
    [one] 1 key
   *[other] { $keys } keys
}.
cli-completions = Prints completions for a shell
cli-completions--shell = Which shell
cli-db-backup = Writes the whole database into a file
cli-db-backup--file = The file
cli-db-restore = Puts a backup into a database that is empty
cli-db-restore--file = The backup
cli-backup-done = Backup written to { $file } ({ $mb } MB). The key files are not in it: keep copies of them elsewhere.
cli-restore-done = { $file } is restored. `wavedeck check` proves it.
cli-restore-not-empty = This database holds something already; nothing was changed. Restore into an empty one.
cli-doctor-wrong = { $count ->
    [one] 1 thing
   *[other] { $count } things
 } to mend.
keymap-no-base = { $file }, line { $line }: base should be "default", "vim" or "handheld".
keymap-no-key = { $file }, line { $line }: there is no key "{ $received }".
keymap-no-card = { $file }, line { $line }: there is no command "{ $received }".
keymap-twice = { $file }, line { $line }: { $key } is bound twice.
doctor-terminal = { $term }, { $width }×{ $height }
doctor-no-terminal = Standard output is no terminal; the console needs one
doctor-dumb = TERM is not set or dumb: set it, for example to xterm-256color
doctor-not-utf8 = The locale is not UTF-8: set LANG, for example to C.UTF-8
doctor-prefix = Scanners are marked by their prefix
doctor-no-prefix = No prefix is set; scanners work, and a prefix tells scans from typing for certain
doctor-version = Postgres { $version }
doctor-too-old = Postgres { $version } is too old: 14 or later is needed
doctor-encoding = Encoding UTF8, schema up to date
doctor-not-utf8-database = Encoding { $encoding }: make a database with UTF8 and restore into it
doctor-roles = Logged in as { $role }
doctor-one-role = Logged in as { $role }, who owns the tables: use wavedeck_app, wavedeck_worker, wavedeck_admin or wavedeck_reader in the URL
doctor-clock = Clock and database agree
doctor-days-moved = site_now() does not tell the time: days are decided by another clock. Put its body back (SELECT now())
doctor-clock-off = The clock is { $seconds } seconds off the database's: start time synchronisation
doctor-mode = { $file } is not for everybody
doctor-mode-open = { $file } has mode { $mode }, and others may read it: { $mend } { $file }
doctor-no-pin-key = PINs are hashed without a key: `wavedeck secrets new-key FILE` makes one; name it as pin_key_file under [sign_on], then set PINs anew
doctor-pin-key-gone = The key file of PINs, { $file }, is not there: put it back, or nobody signs on
doctor-one-key = { $file } is the key to shops' secrets and the one that PINs are hashed with: make another for PINs
doctor-pins = Every PIN is hashed with a key
doctor-pins-without-key = { $people ->
    [one] One person has a PIN that was hashed without a key: `wavedeck user set CODE --pin`
   *[other] { $people } people have a PIN that was hashed without a key: `wavedeck user set CODE --pin`
  }
doctor-pins-other-key = { $people ->
    [one] One person has a PIN that was hashed with key { $key }, which is not in the key file: add that key to it, or set the PIN anew
   *[other] { $people } people have PINs that were hashed with key { $key }, which is not in the key file: add that key to it, or set the PINs anew
  }
doctor-connections = Room for { $number } connections
doctor-few-connections = Room for { $number } connections only: set max_connections to { $least } or more
doctor-verified = The server is on this machine, or must prove who it is
doctor-unverified = { $hosts }: the server need not prove who it is. Add sslmode=verify-full (and sslrootcert) to the URL
doctor-printer = { $code } answers
doctor-printer-silent = { $code }: { $said }. Switch it on, or mend its URL
doctor-shop = { $code } answers
doctor-shop-silent = { $code }: { $said }. Check its URL and key

# The desk.
menu-board = Board
menu-inquiry = Look up
card-menu-board = Board
card-menu-inquiry = look up
desk-big = ANY CODE
desk-prompt = Scan or type any code
desk-prompt-rows = Scan or type a code; arrows and Enter open a line
desk-unknown = "{ $received }" is nothing here: no goods, place, order, shipment, parcel, trip, wave or person.
desk-fact = { $name }: { $value }
desk-wrong-pins = Wrong PINs within the hour: { $n }
desk-stock = { $free } free, { $promised } of them promised
desk-disabled = The badge is disabled
desk-label = Label { $state }, { $prints ->
    [0] never printed
    [one] printed once
   *[other] printed { $prints } times
}
desk-away = signed off
desk-idle = at the menu
desk-stop-done = nothing left to pick
printer-paper-out = out of paper: put a roll in
printer-ribbon-out = out of ribbon: put one in
printer-head-open = open: close it
printer-paused = paused: press its pause key
printer-too-hot = too hot: let it cool
printer-too-cold = too cold: let it warm up
printer-memory-lost = lost its settings: switch it off and on
printer-printer-silent = says nothing: look at paper, ribbon and lid
desk-after-refusal = Not done: what you asked for did not open. This is still { $page }. Type it again if you mean it.
desk-done = Done.
desk-not-now = That cannot be done now: it has moved on. Look again.
desk-expects-answer = "{ $received }" is no answer: YES, or BACK to leave it.
desk-ask-yes = Confirm? YES, or BACK
desk-ask-assign = Who takes it? Type the number, or scan the badge
assign-to = { $name }: { $what }
assign-has-trip = { $name }: cannot, has { $trip } ({ $zone })
assign-not-theirs = { $name }: cannot, works for other shops
desk-ask-message = Type the message, then Enter
desk-do-try-again = Try again
desk-do-dismiss = Close without action
desk-do-release = Release now, by itself
desk-do-expedite = Make top priority
desk-do-hold = Hold it
desk-held = Held, { $no }: { $why }
hold-has-cause = Held by the system (shop, or no receiver): lifted by itself when that is over.
pack-closed-held = { $received } is closed, its shipment held. Leave it in staging: its label comes when the hold is lifted.
reason-told-otherwise = SHOP TOLD OTHER LINES
from-first = { $warehouse }: the first by its code, for no route says otherwise
from-first-of = { $warehouse }: the first of route { $route }
from-further = { $warehouse }: all of it is there, and was not in one before it by code
from-further-of = { $warehouse }: all of it is there, and was not in one before it on route { $route }
from-parts = { $warehouse }: a part; no warehouse of route { $route } had all of it
desk-lifted = Lifted { $at } by { $who }
hold-why = { $why }: { $note }
holds-live = Active holds
kind-hold = Hold
kind-container = container
kind-owner = owner
kind-customer = customer
col-hold = Hold
col-note = Note
desk-do-let-go = Lift the hold
desk-do-kick-out = Take it out of its wave
desk-do-cancel = Cancel it
desk-do-take-back = Take back what nobody has begun
desk-do-free = Free the trip for anybody
desk-do-assign = Assign the trip to a person
desk-do-message = Send a message
notice-trip-taken = { $trip } was taken back by { $who }. Leave its totes where they are.
notice-message = { $who }: { $text }
col-what = What
col-count = Count
col-next = Earliest cut-off
col-shipment = Shipment
col-carrier = Carrier
col-cutoff = Cut-off
col-units = Units
col-why = Reason
col-item = Item
col-since = Since
col-reason = Reason
col-worth = Worth
col-zone = Zone
col-stands-in = Stands in
col-used-for = For
col-lot = Lot
col-good-to = Expires
col-status = Status
col-place = Place
col-sku = SKU
col-shop = Shop
col-order = Order
col-from = From
col-to = To
col-to-pick = To pick
state-elsewhere = sent or sold elsewhere
col-wave = Wave
col-priority = Priority
col-trip = Trip
col-work = Work
col-zones = Zones
col-works-for = Works for
col-waybill = Waybill
col-weight = Weight
col-list = Hand-over list
col-who = Who
col-how = Method
col-stops = Stops
col-role = Role
col-terminal = Terminal
col-parcel = Parcel
kind-place = Place
kind-item = Item
kind-lot = Lot
kind-order = Order
kind-shipment = Shipment
kind-parcel = Parcel
kind-trip = Trip
kind-wave = Wave
kind-person = Person
kind-hand-over = Hand-over list
kind-tote = tote
kind-carton = carton
kind-pallet = pallet
status-held = held
status-damaged = damaged
state-pending = waiting for stock
state-held = held
state-short = short
state-ready = ready
state-released = released
state-picking = being picked
state-picked = picked
state-packing = being packed
state-packed = packed
state-handed-over = handed over
state-cancelled = cancelled
state-open = open
state-closed = closed
state-labelled = labelled
state-void = void
state-claimed = in progress
state-done = done
state-draft = draft
state-taken-back = taken back
order-pending = unpaid
order-paid = paid
order-cancelled = cancelled
order-refunded = refunded
trip-orders = one tote per order
trip-singles = batch of single units
trip-hot = batch of one item
label-state-asked = asked for
label-state-got = made
label-state-printed = printed
label-state-on-box = on the box
label-state-void = void
why-no-stock = no stock
why-no-receiver = no receiver
why-short = short at release
why-broken-promise = stock no longer covers it
why-by-hand = held by a supervisor
why-order-cancelled = cancelled in the shop
why-order-changed = changed in the shop
why-given-up = cancelled by the warehouse
why-merged = merged
why-not-yet = stock not promised yet
label-why-late = no answer in time
desk-now = now
desk-not-yours = To change something here, ask a supervisor.
desk-administrators = To change roles, ask an administrator.
audit-reprint = Label printed again
audit-reopen = Opened again
desk-do-reprint = Print its label again
exceptions-still-differs = It still differs. Open its box at a bench first (scan the label there), then try again; what has left cannot be changed.
desk-history = History, newest first

# Found by trying.
pack-box-open = Another box of this shipment is open: scan it and close it first.
pack-box-closed = Box of { $shipment } closed, label { $waybill } prints. Go on with the next box.
pack-one-done = { $shipment } packed, label { $waybill } prints. Next unit.
reopen-no-label = { $received } waits for its label: leave it for a moment, then scan it again.
reopen-void = { $received } was cancelled: put its goods on the put-back shelf.
pick-full-noted = Tote full: the next goes into an empty one
exceptions-sure = { $gone } will be written off! Type { $found } again, or YES
hand-over-off = { $sscc } is off the list again.
keymap-empty = { $file }, line { $line }: it binds no key. Begin with base = "default".

# Desk lists: letters, palette, views
letter-filter = filter
letter-sort = sort by the next column
letter-reverse = turn the order round
letter-columns = columns
letter-views = views
letter-save = save this view
letter-csv = to a CSV file
letter-xlsx = to an XLSX file
letter-down = down
letter-up = up
letter-first = first row
letter-last = last row
letter-back = back
letter-help = help
letter-palette = all commands
letter-unknown = { $received } is no command here: ? shows the letters, : all commands.
palette-title = All commands: type to find, arrows, Enter does it, Esc clears, then leaves
palette-none = No command is called { $received }: type another word, in English, Chinese or pinyin initials.
palette-lists-only = That is for lists: open a row of the board first.
desk-do-filter = Show only rows that contain something
desk-do-columns = Choose the columns
desk-do-views = Choose a saved view
desk-do-save-view = Save this view for everybody
desk-do-take-over = Take it over myself
desk-do-force-close = Close it by force: totes to staging, the rest to others
desk-ask-filter = Type words to narrow the list; * shows all
desk-ask-columns = Type the numbers of columns in order, as 1 3 2; * shows all
desk-ask-save-view = Type a name for this view
desk-ask-choice = Type the number of your choice
desk-no-views = No view is saved yet: Esc, then w saves one
desk-expects-columns = { $received } is no list of columns: type their numbers, as 1 3 2.
desk-expects-choice = { $received } is not among the numbers on the screen: type one of them.
desk-column = { $n } { $name }
desk-filtered = Only rows with: { $filter }
desk-cut = The first { $rows } of { $of }; filter to see others
list-size = { $rows } of { $of }
desk-sorted = { $name } { $mark }
desk-view-saved = { $name } is saved.
export-done = Written: { $file }
export-full = The files of lists take { $mb } MB already. Have old ones removed, or wait: they go after a week.
export-full-of-yours = Your files of lists take { $mb } MB already. Have old ones removed, or wait: they go after a week.
export-failed = The file could not be written: { $said }. Ask whoever keeps the server.
notice-trip-closed = { $who } closed your trip { $trip }. Bring its totes to staging.
board-people = PEOPLE
col-oldest = Oldest
col-kind = Kind
col-shipments = Shipments
col-short = Short
col-trips = Trips
trips-open = Trips nobody has taken
trips-claimed = Trips in progress
waves-released = Waves on the floor
why-customer-asked = The customer asked
why-address-check = Address to be checked
why-payment-check = Payment to be checked
why-other = Another reason
why-held = held
why-check = to be checked
why-recall = recall
why-block = block
why-quality-check = quality check
why-person-left = The person left
why-equipment = Scanner or trolley is broken

# Choosing a wave
wave-lines = Lines: { $value }
wave-lines-single = one line each
wave-lines-multi = several lines
wave-zone = Zone: { $value }
wave-urgent = Priority: { $value }
wave-urgent-only = urgent only
wave-most = Shipments at most: { $value }
wave-kept = Load a filter
wave-keep = Save this filter
wave-ask-most = Type how many shipments at most; 0 takes all
wave-none-kept = No filter is saved yet: Esc, then 9 saves one
wave-expects-most = { $received } is no number: type how many shipments at most, 0 for all.
lack-none = there is none
lack-held = it is held or damaged
lack-not-pickable = it must be brought to a picking place
lack-too-old = expires too soon for these customers

# Ways out of exceptions
way-map = The shop's code means an item of ours: scan or type the item
way-hold = Hold the shipment; what is in totes is put back
way-retry-all = Try again, all { $same } of them
way-done-all = Close all { $same } without action
exceptions-prompt-all = Count all in the bin, type the total
exceptions-prompt-map = Scan or type the item that { $code } means, or a number
exceptions-expects-all = "{ $received }" is no count: count all in the bin, type the total.
exceptions-fewer-than-reserved = Orders wait for more than { $received } of these: count again, or report the bin short while picking.
exceptions-counted-all = In the bin now: { $found ->
    [one] 1 unit
   *[other] { $found } units
}.
exceptions-no-item = No item is called { $received }: scan its barcode or type its item code.
exceptions-mapped = { $code } means { $item } from now on; { $orders ->
    [one] 1 order
   *[other] { $orders } orders
} went on.
exceptions-retried = { $done } of { $of } went on.
notice-readdressed = STOP: take { $sscc } off the truck: { $shipment } goes to another address. A new label is printed.
notice-off-list = STOP: take { $sscc } off the truck: { $shipment } must not go. It is off the list.
reason-readdressed = NEW ADDRESS, NEW LABEL
desk-label-says = The label says:
config-expects-theme = { $file }, line { $line }: { $key } should be "default", "contrast" or "mono".
config-expects-glyphs = { $file }, line { $line }: { $key } should be "ascii" or "box".
desk-expects-badge = { $received } is nobody here: type the number of a line, scan a badge, or BACK.
desk-prompt-filtered-out = No row contains that: / and * show all
pack-count-too-many = { $received } are too many of { $item }: at most { $most } in the box.
signed-off-elsewhere = You signed off at another terminal. Scan your badge.
signed-off-idle = Idle for a while. Scan your badge: your work stands where it was.
way-split = Send what is there now, the rest later
way-give-up-rest = Send what is there, cancel the rest
desk-do-split = Send what is there now, the rest later
split-nothing = Nothing of it is there now, or nothing lacks: it cannot be split.
desk-ask-hold-note = Type why it is held, then Enter
desk-undoes-picked = { $units ->
    [one] 1 unit is picked and must be put back
   *[other] { $units } units are picked and must be put back
}, from { $places }.
desk-undoes-labels = Void from now on, take it off the box: { $labels }.
desk-in-hand = { $who } holds { $goods } from { $bin } and has put it into no tote: have it put back there first.
col-units-reserved = Units (of them reserved)
cli-pin-key-none = No key file of PINs is named. WAVEDECK_PIN_KEY_FILE, or pin_key_file under [sign_on], names it.
cli-key-none = No key file is named. WAVEDECK_SECRET_KEY_FILE names one; `wavedeck secrets new-key FILE` makes one.
cli-key-broken = { $file }, line { $line }: this is no key. Expected 64 hex digits a line, the key in use first.
cli-key-other = A secret was sealed with the key { $key }, which is not in the key file. Add its line, or enter the secret anew.
cli-key-damaged = A sealed secret was changed or moved to another shop. Enter it anew.
cli-key-made = A new key stands in { $file }. Keep a copy where the database backups are not.
cli-resealed = Sealed anew: { $shops ->
    [one] 1 shop
   *[other] { $shops } shops
}.
why-shop-holds = held by the shop
reason-push-refused = SHOP REFUSED STOCK COUNT
reason-clock-back = THE DATABASE'S CLOCK WENT BACK
reason-stock-differs = SHOP SHOWS OTHER STOCK
cli-worker--listen = Where shops may call to say that something changed: address and port
cli-listen = Nothing can be heard at { $addr }: { $said }
kind-shop = Shop
col-channel = Channel
col-last-success = Last success
col-lag-s = Seconds behind
col-orders-a-minute = Orders a minute
col-errors-an-hour = Errors in an hour
col-token-ends = Token ends
col-to-tell = Dispatches to send
col-counts-to-tell = Stock counts to send
col-said = Shop's answer
event-pulled = Pulled
event-changed = Changed
event-moved = Moved
event-printed = Label printed
event-told = Shop informed
event-refused = Shop refused
event-to-tell = To be sent to shop
event-case = Exception
cli-shop-call-ok = ok      { $call }: { $said }
cli-shop-call-failed = failed  { $call }: { $said }
cli-shop-not-all = Not every call to { $shop } works.
cli-shop-not-tried = Not tried, because it would tell the shop something: dispatches, counts, new tokens.
cli-shop-no-item = There is no shop { $shop }, or it has not listed { $received } yet.
cli-shop-differs = The shop shows { $items ->
    [one] 1 item
   *[other] { $items } items
} otherwise than it was told; it is told again.
call-secret = its secret opens
call-pull = a page of orders
call-read = one order again
call-shown = what it shows of an item
cli-show-order = `show timeline` needs --order NO.
cli-show-order-only = --order goes with `show timeline` alone.
cli-show-no-order = There is no order { $received }.
cli-show--order = The order of a timeline
cli-shop-secret = Puts another secret or other tokens in place
cli-shop-secret--code = Which shop
cli-shop-secret--secret_file = Secret, access token and refresh token, a line each
cli-shop-stock = How much of the stock a shop is told
cli-shop-stock--code = Which shop
cli-shop-stock--push = Is it told at all?
cli-shop-stock--share = Percent of what is available
cli-shop-stock--safety = Units that are kept back
cli-shop-stock--cap = Never more than so many
cli-shop-stock--low_at = Nothing once no more than so many are left
cli-shop-stock--item = For this item alone, by the shop's code
cli-shop-compare = Compares what a shop shows with what it was told
cli-shop-compare--code = Which shop
cli-shop-compare--json = As JSON
cli-export--shop = Orders and codes of this shop alone
exceptions-sure-all = { $found } in the bin in all, { $booked } booked? Type { $found } again, or YES
cli-demo--shops = Which shops are stood in for, by commas
cli-shop-files = Orders of this shop are imported from files: there is nobody to ask.
call-folder = the folder
cli-shop-counter = counter is { $received }: expected the code of the bin that the shop sells from
cli-shop-folder = { $received }: expected the folder as file:///path
reason-counter-short = SOLD, NOT ON THE BOOKS
reason-counter-back = COUNTER RETURN
reason-file-refused = FILE TAKEN IN PART
right-pick = Picks
right-pack = Packs
right-hand-over = Hands over to carriers
right-put-back = Puts goods back
right-wave = Releases waves
right-exceptions = Decides exceptions
right-board = Sees the board
right-inquiry = Looks up any code
right-expedite = Makes a shipment top priority
right-hold = Holds and lifts holds
right-split = Sends a part now
right-kick-out = Takes a shipment out of its wave
right-cancel = Cancels shipments
right-take-back = Takes back waves
right-trips = Gives and closes others' trips
right-reprint = Prints any label again
right-reopen = Opens labelled parcels
right-message = Sends messages to screens
right-views = Saves views for everybody
right-export = Takes lists away as files
right-receivers = Reads who a parcel is for
right-stock = Answers for stock moved by command
right-roles = Changes roles
kind-role = Role
desk-do-change-role = Give another role
desk-do-offer = Put to other work or zones
desk-do-free-badge = Forget the wrong PINs
desk-zone = Zone { $zone }
desk-do-limit = Work for some owners or shops only
desk-owner = Owner { $code }
desk-shop = Shop { $code }
desk-chosen = { $what } (now)
desk-do-grant = Give the role a right
desk-do-withdraw = Take a right from the role
desk-own-role = This would lock you out: your own role is for somebody else to change.
cli-role = What people of a role may do
cli-role-set = Makes a role or changes it; what is not named stays
cli-role-set--code = Which role, like checker
cli-role-set--name = Its name in English
cli-role-set--name_zh = Its name in Chinese
cli-role-set--rights = All of its rights; `wavedeck role rights` lists them
cli-role-set--grant = Rights that it gets besides
cli-role-set--withdraw = Rights that it loses
cli-role-set--owners = Its people work for these owners only; '' is for all
cli-role-set--shops = Its people work for these shops only; '' is for all
cli-role-set--locks_after = After so many minutes without a scan a terminal asks for the badge again; 0: never
cli-role-list = Lists roles, their rights and how many people have them
cli-role-remove = Removes a role that nobody has
cli-role-remove--code = Which role
cli-role-rights = Lists all rights and what each lets people do
cli-role-unknown = { $code }: there is no such role; `wavedeck role list` shows which there are.
cli-role-in-use = Somebody has this role: give them another first (`wavedeck user set CODE --role ROLE`).
cli-role-code = { $received }: a role's code begins with a letter and has letters, digits, - and _; system is taken.
cli-person-right = { $received }: the role { $role } may not answer for stock (right: stock).
cli-demo--history = Add a generated past of so many movements (1000 or more), to try how it runs when it is old
cli-demo-past = A past of { $movements } movements was added in { $seconds } s.
cli-demo-past-once = This demo has its past already; --reset begins anew.
menu-next = Next: { $what }
menu-next-due = Next: { $what }, { $due }
menu-go-on = Go on: { $what }
menu-go-on-due = Go on: { $what }, { $due }
menu-in-progress = { $what }: begun, go on
menu-more = … to { $n }
menu-nothing-waits = Nothing waits for you now.
right-containers = Makes a tote of a new plate by scanning it
role-people = People with this role

# The deck.
deck-cutoffs = CUT-OFFS
deck-flow = LAST 2 HOURS
deck-stages = STAGES
deck-cases = EXCEPTIONS
deck-zones = ZONES
deck-waves = WAVES
deck-health = HEALTH
deck-tally = LATE { $late }  AT RISK { $risk }  OK { $well }
deck-late = LATE { $n }
deck-risk = AT RISK { $n }
deck-ok = OK { $n }
deck-picked = lines picked
deck-packed = shipments packed
deck-handed-over = parcels handed over
deck-well = works
deck-behind = { $behind } behind
deck-unsealed = not sealed for { $behind }: does a worker with the key run?
deck-shop-says = error: { $said }
deck-kind-printer = printer
deck-kind-shop = shop
deck-kind-audit = audit
deck-burn = TO PACK { $carrier }
deck-needed = needed
deck-left = left
col-mark = { "" }
col-in = In
col-all = All
col-waiting = Wait
col-ready = Ready
col-picking = Pick
col-packing = Pack
col-packed = Packed
col-out = Out
col-done = Done
col-needed = Need/h
col-rate = Now/h
col-ends = Ends
col-last-hours = 15 min each
col-people = People
col-lines = Lines
col-minutes = Min
col-code = Code
state-live = not handed over yet
trips-live = not finished yet
menu-waits = { $what }: { $n ->
    [one] 1 waits
   *[other] { $n } wait
  }
menu-waits-urgent = { $what }: { $n ->
    [one] 1 waits
   *[other] { $n } wait
  }, { $urgent } urgent
pick-none-waits = No trip waits. It rings when one comes.
pick-waits = { $trips ->
    [one] 1 trip waits
   *[other] { $trips } trips wait
  }
desk-nobody-yet = nobody yet
col-walks-with = On the trolley of
undone-report = Undone: { $units ->
    [one] 1 unit is
   *[other] { $units } units are
  } good again. What found another place stays there: follow the screen.
report-stands = Somebody has decided about that report: it cannot be undone here any more.
pick-booked = Last: { $units } into { $tote }
cli-done = Done: { $what } { $subject }
skip-last = { $bin } is the last stop of this trip: nothing can come before it.
scanned-once = { $received } was read twice, taken once. Scan the next unit.
taken-once = Pressed twice, taken once. If you mean it again, wait a moment.
wave-all = all
pack-tote-open = { $received } is open already. Scan its goods.

# The rehearsal, and who is at work
letter-mouse = mouse on or off
mouse-on = Mouse on: a click chooses, another opens, the wheel goes through rows.
mouse-off = Mouse off.
letter-home = back to the start
people-all = People at work
rehearsal-title = What if…
rehearsal-ends = CUT-OFFS
rehearsal-zones = ZONES
rehearsal-try = TRY
col-would-minutes = Min then
rehearsal-pace = PACE OF THE LAST HOUR
rehearsal-never = never
rehearsal-writes-nothing = Nothing is changed on the floor by this.
rehearsal-more-pick = One more picks
rehearsal-fewer-pick = One fewer picks
rehearsal-more-pack = One more packs
rehearsal-fewer-pack = One fewer packs
rehearsal-to-pack = Picking to packing
rehearsal-to-pick = Packing to picking
rehearsal-release = Release what is ready
rehearsal-not-today = not today
rehearsal-in = { $min ->
    [0] now
   *[other] in { $min } min
}
rehearsal-as-it-is = As it is
rehearsal-unknown = nobody did
rehearsal-pace-pick = lines an hour a picker
rehearsal-pace-lines = lines a shipment
rehearsal-pace-pack = parcels an hour a packer
col-to-pack = To pack
col-would-end = Then
col-now = Now
col-then = Then
col-done-last-hour = Done in 1 h
col-per-hour = Per h
col-of-median = % of middle
right-labour = Reads how much a person does in an hour

# Several rows at once
letter-mark = mark
letter-act = act on what is marked
marked-title = { $n } marked
marked-does = Will be done to { $n } of { $of }.
marked-leaves-out = Left out: { $name }, { $state }
marked-and-more = … and { $n } more
marked-none = None of them can go on yet: they stay open.
marked-done = Done to { $n } of { $of }.
marked-nothing = Nothing can be done to several of these rows at once.
hold-live = live
hold-lifted = lifted

# Alerts
deck-alerts = ALERTS
alert-late = { $subject }: { $n ->
    [one] 1 shipment is
   *[other] { $n } shipments are
} late
alert-soon = { $subject }: { $n ->
    [one] 1 shipment is
   *[other] { $n } shipments are
} not packed, and the cut-off is near
alert-idle = { $subject }: no scan for { $n } min
alert-printer = Printer { $subject } has trouble
alert-shop = Shop { $subject } is { $n } min behind
alert-stock = { $subject }: { $n } left
alert-case = { $subject }: { $n } wait too long
cli-alert = What shall be told by itself: on the deck, to a person, to an address
cli-alert-add = Adds a rule: late, soon (a cut-off is near), idle, printer, shop, stock, case
cli-alert-add--than = Minutes; of stock the units that must be there
cli-alert-add--item = The item, for stock
cli-alert-add--warehouse = Only in this warehouse
cli-alert-add--tell = Whose next screen says it
cli-alert-add--hook = An address that is called with it (JSON by POST)
cli-alert-remove = Removes a rule
cli-alert-list = Lists rules, and how much is the case now
cli-alert-item = A rule about stock names an item (--item SKU), and no other does.
cli-alert-hook = { $received }: expected an address such as https://example.org/alerts
cli-alert-unknown = The item (of several owners: --owner), the warehouse or the person is not known.
cli-no-such-alert = There is no rule { $received }: wavedeck alert list
cli-alert-add--kind = What it is about
cli-alert-set--id = Its number
cli-alert-set--than = Minutes; of stock the units that must be there
cli-alert-set--tell = Whose next screen says it; empty for nobody's
cli-alert-set--hook = An address that is called with it; empty for none
cli-alert-remove--id = Its number
deck-people-all = All of them, zone by zone
cli-alert-than = This rule needs --than: from how many minutes on, or below how many units.
cli-alert-add--owner = Whose item, where several have one of this SKU
marked-rows = marked rows
cli-layout = Where aisles and bins lie, so that trips are planned in metres
cli-layout-derive = Reads aisles and positions from the codes of storage bins
cli-layout-derive--pattern = What a code says, as in {"{"}aisle{"}"}-{"{"}cell{"}"}-{"{"}level{"}"}; also {"{"}area{"}"}, {"{"}any{"}"}, and {"{"}aisle:2{"}"} for two characters
cli-layout-derive--zone = Only the bins of this zone
cli-layout-derive--pitch = From the middle of an aisle to the middle of the next
cli-layout-derive--cell = From one cell to the next along an aisle
cli-layout-derive--cross = How wide a cross aisle is
cli-layout-derive--cross_after = There is a cross aisle behind these cells too
cli-layout-derive--facing = Odd cells lie left, even ones right, in pairs
cli-layout-derive--dry_run = Says what it would read, and keeps nothing
cli-layout-show = Draws the areas, or the walk of a trip in them
cli-layout-show--area = Only this area
cli-layout-show--trip = The walk of this trip
cli-layout-import = Takes in areas as `layout show --json` writes them
cli-layout-import--file = A JSON file
cli-layout-pattern = { $received }: { $said }. A pattern names aisle and cell, as in {"{"}aisle{"}"}-{"{"}cell{"}"}-{"{"}level{"}"}.
cli-layout-none = No bin has a code like { $received }: { $code }
cli-layout-unread = { $bins ->
    [one] 1 bin has a code of another shape and stays where it was
   *[other] { $bins } bins have codes of another shape and stay where they were
}: { $code }
cli-layout-wrong = Area "{ $code }" does not fit together: { $said }
cli-layout-no-trip = There is no trip { $received }.
cli-layout-empty = No layout is known. `wavedeck layout derive` reads one from the codes of bins.
cli-layout-area = Area { $code }: { cli-layout-whole }
cli-layout-file = { $file } is no layout: { $said }
cli-layout-large = { $file } is larger than { $most } bytes.
cli-warehouse-set--trolley_max_g = How many grams a trolley carries
cli-warehouse-set--trolley_max_ml = How many millilitres a trolley carries
desk-walk = { $metres } m to walk
desk-price = Makes its walk { $metres } m longer
cli-layout-whole = { $aisles ->
    [one] 1 aisle
   *[other] { $aisles } aisles
}{ $walk_m ->
    [0] {""}
   *[other] , { $walk_m } m to walk
} (S: trolleys start, E: totes are dropped, *: both)
cli-warehouse-set--walks = How a trip takes its aisles: the shortest way, or one that people know by heart
wave-chosen = { $most } chosen: { $must } cannot wait, { $urgent } urgent, { $rest } near each other
cli-layout-lost = The map would lose the aisles of other bins: { $code }. Derive them together (without --zone), or give them areas of their own ({"{"}area{"}"}).
cli-layout-no-area = There is no area { $code }. `wavedeck layout show` draws them all.
cli-layout-off = The bins of trip { $received } are not on the map: it goes by the walking order.
cli-layout-beyond = { $bins ->
    [one] 1 bin would lie
   *[other] { $bins } bins would lie
} outside of these aisles: { $code }
cli-layout-unplaced = { $bins ->
    [one] 1 bin is
   *[other] { $bins } bins are
} not on the map; a wave that needs one goes by the walking order: { $code }
cli-layout-no-bins = There are no storage bins there.
cli-layout-doubled = { $bins ->
    [one] 1 bin lies
   *[other] { $bins } bins lie
} where another one does: { $code }
