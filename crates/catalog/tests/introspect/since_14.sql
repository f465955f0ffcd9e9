-- since 14
CREATE TABLE t (a text COMPRESSION pglz, b int4multirange, c timestamp DEFAULT (now() AT TIME ZONE 'utc'));
