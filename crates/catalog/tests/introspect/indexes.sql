CREATE TABLE t (
  id int PRIMARY KEY, a int, b int, c text, d text COLLATE "C", e int[], f jsonb, g int,
  CONSTRAINT "unique" UNIQUE (a, b), CONSTRAINT late UNIQUE (g) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX i_unique ON t (b);
CREATE INDEX i_sorted ON t (a DESC, b NULLS FIRST, c DESC NULLS LAST);
CREATE INDEX i_partial ON t (a) WHERE b > 3 AND c IN ('x', 'y');
CREATE INDEX i_expression ON t (lower(c), (a + 1), b);
CREATE INDEX i_include ON t (a) INCLUDE (b, c);
CREATE INDEX i_class ON t (c text_pattern_ops);
CREATE INDEX i_hash ON t USING hash (a);
CREATE INDEX i_gin ON t USING gin (e);
CREATE INDEX i_path ON t USING gin (f jsonb_path_ops);
CREATE INDEX i_brin ON t USING brin (a) WITH (pages_per_range = 8);
CREATE INDEX i_fill ON t (a) WITH (fillfactor = 50);
CREATE INDEX i_collated ON t (c COLLATE "C");
CREATE INDEX i_as_column ON t (d);
CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
CREATE INDEX i_on_view ON m (one);
ALTER TABLE t ADD COLUMN gone int; ALTER TABLE t DROP COLUMN gone; ALTER TABLE t ADD COLUMN late int;
CREATE INDEX i_late ON t (late, a);
