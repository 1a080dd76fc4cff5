-- Times are microseconds since 1970 in UTC; the year 1 (-62135596800000000)
-- stands for "none".

CREATE TABLE IF NOT EXISTS isms_cases (
	id             TEXT PRIMARY KEY,
	revision       INTEGER NOT NULL,
	type           TEXT NOT NULL,
	version        TEXT NOT NULL,
	number         TEXT NOT NULL,
	subject        TEXT NOT NULL,
	class          TEXT NOT NULL,
	phase          TEXT NOT NULL,
	outcome        TEXT NOT NULL,
	step           TEXT NOT NULL,
	applicant      TEXT NOT NULL,
	applicant_name TEXT NOT NULL,
	unit           TEXT NOT NULL,
	unit_name      TEXT NOT NULL,
	parent         TEXT NOT NULL,
	parent_row     TEXT NOT NULL,
	children       INTEGER NOT NULL,
	form_values    BLOB,
	state          BLOB,
	extra          BLOB,
	head_chain     TEXT NOT NULL,
	head_seq       INTEGER NOT NULL,
	head_hash      BLOB NOT NULL,
	created        INTEGER NOT NULL,
	submitted      INTEGER NOT NULL,
	changed        INTEGER NOT NULL,
	closed         INTEGER NOT NULL,
	due            INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ismsx_cases_created ON isms_cases (created, id);
CREATE INDEX IF NOT EXISTS ismsx_cases_applicant ON isms_cases (applicant, created, id);
CREATE INDEX IF NOT EXISTS ismsx_cases_unit ON isms_cases (unit, created, id);
CREATE INDEX IF NOT EXISTS ismsx_cases_parent ON isms_cases (parent, created, id) WHERE parent <> '';
CREATE INDEX IF NOT EXISTS ismsx_cases_number ON isms_cases (number) WHERE number <> '';

-- One row for each holder of a task; ord 0 stands for the task.
CREATE TABLE IF NOT EXISTS isms_tasks (
	case_id   TEXT NOT NULL,
	task      TEXT NOT NULL,
	ord       INTEGER NOT NULL,
	holder    TEXT NOT NULL,
	holders   TEXT NOT NULL,
	type      TEXT NOT NULL,
	number    TEXT NOT NULL,
	subject   TEXT NOT NULL,
	class     TEXT NOT NULL,
	applicant TEXT NOT NULL,
	name      TEXT NOT NULL,
	unit      TEXT NOT NULL,
	parent    TEXT NOT NULL,
	step      TEXT NOT NULL,
	kind      TEXT NOT NULL,
	waiting   TEXT NOT NULL,
	body      BLOB,
	opened    INTEGER NOT NULL,
	due       INTEGER NOT NULL, -- the largest number: no due date
	due_date  TEXT NOT NULL,
	PRIMARY KEY (case_id, task, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ismsx_tasks_holder ON isms_tasks (holder, due, case_id, task);
CREATE INDEX IF NOT EXISTS ismsx_tasks_due ON isms_tasks (due, case_id, task) WHERE ord = 0;
CREATE INDEX IF NOT EXISTS ismsx_tasks_parent ON isms_tasks (parent) WHERE parent <> '';

CREATE TABLE IF NOT EXISTS isms_counters (
	scope TEXT PRIMARY KEY,
	n     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS isms_outcomes (
	actor    TEXT NOT NULL,
	key      TEXT NOT NULL,
	request  BLOB NOT NULL,
	case_id  TEXT NOT NULL,
	revision INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS isms_trail (
	chain   TEXT NOT NULL,
	seq     INTEGER NOT NULL,
	format  INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	kind    TEXT NOT NULL,
	actor   TEXT NOT NULL,
	acting_for TEXT NOT NULL,
	digest  BLOB NOT NULL,
	prev    BLOB NOT NULL,
	hash    BLOB NOT NULL,
	payload BLOB, -- null once lawfully disposed of
	PRIMARY KEY (chain, seq)
) STRICT;

CREATE TABLE IF NOT EXISTS isms_jobs (
	id      TEXT PRIMARY KEY,
	key     TEXT NOT NULL UNIQUE,
	kind    TEXT NOT NULL,
	subject TEXT NOT NULL,
	payload BLOB,
	due     INTEGER NOT NULL, -- business time
	since   INTEGER NOT NULL,
	fence   INTEGER NOT NULL,
	attempt INTEGER NOT NULL,
	leased  INTEGER NOT NULL, -- real time
	dead    INTEGER NOT NULL,
	error   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ismsx_jobs_due ON isms_jobs (due, id) WHERE NOT dead;
CREATE INDEX IF NOT EXISTS ismsx_jobs_dead ON isms_jobs (due, id) WHERE dead;

CREATE TABLE IF NOT EXISTS isms_messages (
	id      TEXT PRIMARY KEY,
	person  TEXT NOT NULL,
	case_id TEXT NOT NULL,
	kind    TEXT NOT NULL,
	mail    TEXT NOT NULL,
	created INTEGER NOT NULL,
	open    INTEGER NOT NULL, -- neither read nor gone
	body    TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ismsx_messages_created ON isms_messages (created, id);
CREATE INDEX IF NOT EXISTS ismsx_messages_person ON isms_messages (person, created, id);
CREATE INDEX IF NOT EXISTS ismsx_messages_case ON isms_messages (case_id, created, id) WHERE case_id <> '';
CREATE INDEX IF NOT EXISTS ismsx_messages_unmailed ON isms_messages (created, id) WHERE mail = '';

CREATE TABLE IF NOT EXISTS isms_definitions (
	kind    TEXT NOT NULL,
	key     TEXT NOT NULL,
	version TEXT NOT NULL,
	digest  BLOB NOT NULL,
	created INTEGER NOT NULL,
	body    BLOB,
	PRIMARY KEY (kind, key, version)
) STRICT;

CREATE TABLE IF NOT EXISTS isms_registers (
	list       TEXT NOT NULL,
	id         TEXT NOT NULL,
	revision   INTEGER NOT NULL,
	valid_from INTEGER NOT NULL,
	valid_to   INTEGER NOT NULL,
	folded     TEXT NOT NULL,
	body       TEXT NOT NULL,
	PRIMARY KEY (list, id)
) STRICT;
CREATE TABLE IF NOT EXISTS isms_register_keys (
	list TEXT NOT NULL,
	key  TEXT NOT NULL,
	id   TEXT NOT NULL,
	PRIMARY KEY (list, key, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ismsx_register_keys_id ON isms_register_keys (list, id);
CREATE TABLE IF NOT EXISTS isms_register_history (
	list     TEXT NOT NULL,
	id       TEXT NOT NULL,
	revision INTEGER NOT NULL,
	body     TEXT NOT NULL,
	PRIMARY KEY (list, id, revision)
) STRICT;
CREATE TABLE IF NOT EXISTS isms_register_stamps (
	list TEXT PRIMARY KEY,
	n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS isms_documents (
	id       TEXT PRIMARY KEY,
	revision INTEGER NOT NULL,
	number   TEXT NOT NULL,
	level    INTEGER NOT NULL,
	class    TEXT NOT NULL,
	parent   TEXT NOT NULL,
	state    TEXT NOT NULL,
	folded   TEXT NOT NULL,
	body     TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ismsx_documents_number ON isms_documents (number, id);
CREATE TABLE IF NOT EXISTS isms_document_numbers (
	number   TEXT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (number, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ismsx_document_numbers_document ON isms_document_numbers (document);
CREATE TABLE IF NOT EXISTS isms_document_versions (
	document TEXT NOT NULL,
	label    TEXT NOT NULL,
	revision INTEGER NOT NULL,
	seq      INTEGER NOT NULL,
	body     TEXT NOT NULL,
	PRIMARY KEY (document, label)
) STRICT;

CREATE TABLE IF NOT EXISTS isms_records (
	id        TEXT PRIMARY KEY,
	filed     INTEGER NOT NULL,
	acl       TEXT NOT NULL,
	draft     INTEGER NOT NULL,
	kind      TEXT NOT NULL,
	number    TEXT NOT NULL,
	form      TEXT NOT NULL,
	type      TEXT NOT NULL,
	year      INTEGER NOT NULL,
	unit      TEXT NOT NULL,
	unit_name TEXT NOT NULL,
	person    TEXT NOT NULL,
	state     TEXT NOT NULL,
	class     TEXT NOT NULL,
	origin    TEXT NOT NULL,
	parent    TEXT NOT NULL,
	body      TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ismsx_records_filed ON isms_records (filed, id) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_acl ON isms_records (acl, filed, id) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_form ON isms_records (form, filed, id) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_unit ON isms_records (unit, filed, id) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_person ON isms_records (person, filed, id) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_number ON isms_records (number) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_parent ON isms_records (parent, filed, id) WHERE parent <> '';
CREATE TABLE IF NOT EXISTS isms_record_systems (
	system TEXT NOT NULL,
	record TEXT NOT NULL,
	PRIMARY KEY (system, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ismsx_record_systems_record ON isms_record_systems (record);
CREATE TABLE IF NOT EXISTS isms_record_files (
	digest TEXT NOT NULL,
	record TEXT NOT NULL,
	PRIMARY KEY (digest, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ismsx_record_files_record ON isms_record_files (record);
CREATE TABLE IF NOT EXISTS isms_record_people (
	record TEXT NOT NULL,
	person TEXT NOT NULL,
	filed  INTEGER NOT NULL,
	PRIMARY KEY (record, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ismsx_record_people_person ON isms_record_people (person, filed, record);
CREATE TABLE IF NOT EXISTS isms_record_terms (
	place  INTEGER PRIMARY KEY, -- the rowid in isms_record_index
	record TEXT NOT NULL UNIQUE
) STRICT;
CREATE VIRTUAL TABLE IF NOT EXISTS isms_record_index USING fts5(
	terms, content='', contentless_delete=1, detail=none,
	tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
);
CREATE TABLE IF NOT EXISTS isms_acls (
	id   TEXT PRIMARY KEY,
	body TEXT NOT NULL
) STRICT;
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO isms_migrations (name, at) VALUES ('001_first', CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
