-- Of a block that no count window has taken: the latest event time of its rows, after which it can be forgotten.
alter table prediction_block add column latest_micros bigint;

-- Of a window with more rows than are looked at: the upper half of the greatest id of the sample that was taken so far.
-- Rows with greater ids (without sign) cannot come into it any more.
alter table monitor_window add column sample_most bigint;
