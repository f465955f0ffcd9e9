CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy "quoted"');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE scalars (
  a smallint, b integer, c bigint, d oid, e real, f double precision, g numeric, h numeric(10, 2), i money, j boolean,
  k text, l char, m char(7), n varchar, o varchar(9), p uuid, q xml, r inet, s bit, t bit(8), u varbit, v varbit(9),
  w json, x jsonb, y bytea, z date, aa time, ab time(3), ac timetz, ad timestamp, ae timestamp(0), af timestamptz(6)
);
CREATE TABLE arrays (
  a smallint[], b integer[][], c numeric(5, 1)[], d varchar(9)[], e char(3)[], f timestamp(3)[], g mood[], h jsonb[],
  i text[] NOT NULL, j positive[], k interval(2)[]
);
CREATE TABLE others (
  a mood, b positive, c interval, d interval(3), e point, f tsvector, g cidr, h int4range, i "char", j name, k bpchar,
  l scalars
);
