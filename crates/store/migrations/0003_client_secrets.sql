-- An app client's secret, sealed; made when the definition first asks for one.
ALTER TABLE clients ADD COLUMN secret BLOB;
