-- Ends reading.
COMMIT
