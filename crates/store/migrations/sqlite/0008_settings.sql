-- All settings of a name: what each household follows.
CREATE INDEX settings_by_name ON settings (name, scope);
