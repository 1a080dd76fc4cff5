-- Times are microseconds since 1970 in UTC; the year 1 (-62135596800000000)
-- stands for "none". Names are qualified by search_path, so that the file runs
-- in any schema.

CREATE TABLE IF NOT EXISTS isms_cases (
	id             text COLLATE "C" PRIMARY KEY,
	revision       bigint NOT NULL,
	type           text NOT NULL,
	version        text NOT NULL,
	number         text NOT NULL,
	subject        text NOT NULL,
	class          text NOT NULL,
	phase          text NOT NULL,
	outcome        text NOT NULL,
	step           text NOT NULL,
	applicant      text NOT NULL,
	applicant_name text NOT NULL,
	unit           text NOT NULL,
	unit_name      text NOT NULL,
	parent         text NOT NULL,
	parent_row     text NOT NULL,
	children       bigint NOT NULL,
	form_values    bytea,
	state          bytea,
	extra          bytea,
	head_chain     text NOT NULL,
	head_seq       bigint NOT NULL,
	head_hash      bytea NOT NULL,
	created        bigint NOT NULL,
	submitted      bigint NOT NULL,
	changed        bigint NOT NULL,
	closed         bigint NOT NULL,
	due            bigint NOT NULL
) WITH (fillfactor = 60);
CREATE INDEX IF NOT EXISTS ismsx_cases_created ON isms_cases (created, id);
CREATE INDEX IF NOT EXISTS ismsx_cases_applicant ON isms_cases (applicant, created, id);
CREATE INDEX IF NOT EXISTS ismsx_cases_unit ON isms_cases (unit, created, id);
CREATE INDEX IF NOT EXISTS ismsx_cases_parent ON isms_cases (parent, created, id) WHERE parent <> '';
CREATE INDEX IF NOT EXISTS ismsx_cases_number ON isms_cases (number) WHERE number <> '';

-- One row for each holder of a task; ord 0 stands for the task.
CREATE TABLE IF NOT EXISTS isms_tasks (
	case_id   text COLLATE "C" NOT NULL,
	task      text COLLATE "C" NOT NULL,
	ord       bigint NOT NULL,
	holder    text NOT NULL,
	holders   text NOT NULL,
	type      text NOT NULL,
	number    text NOT NULL,
	subject   text NOT NULL,
	class     text NOT NULL,
	applicant text NOT NULL,
	name      text NOT NULL,
	unit      text NOT NULL,
	parent    text NOT NULL,
	step      text NOT NULL,
	kind      text NOT NULL,
	waiting   text NOT NULL,
	body      bytea,
	opened    bigint NOT NULL,
	due       bigint NOT NULL, -- the largest number: no due date
	due_date  text NOT NULL,
	PRIMARY KEY (case_id, task, ord)
);
CREATE INDEX IF NOT EXISTS ismsx_tasks_holder ON isms_tasks (holder, due, case_id, task);
CREATE INDEX IF NOT EXISTS ismsx_tasks_due ON isms_tasks (due, case_id, task) WHERE ord = 0;
CREATE INDEX IF NOT EXISTS ismsx_tasks_parent ON isms_tasks (parent) WHERE parent <> '';

CREATE TABLE IF NOT EXISTS isms_counters (
	scope text COLLATE "C" PRIMARY KEY,
	n     bigint NOT NULL
);

CREATE TABLE IF NOT EXISTS isms_outcomes (
	actor    text COLLATE "C" NOT NULL,
	key      text COLLATE "C" NOT NULL,
	request  bytea NOT NULL,
	case_id  text NOT NULL,
	revision bigint NOT NULL,
	at       bigint NOT NULL,
	PRIMARY KEY (actor, key)
);

CREATE TABLE IF NOT EXISTS isms_trail (
	chain   text COLLATE "C" NOT NULL,
	seq     bigint NOT NULL,
	format  bigint NOT NULL,
	at      bigint NOT NULL,
	kind    text NOT NULL,
	actor   text NOT NULL,
	acting_for text NOT NULL,
	digest  bytea NOT NULL,
	prev    bytea NOT NULL,
	hash    bytea NOT NULL,
	payload bytea, -- null once lawfully disposed of
	PRIMARY KEY (chain, seq)
);

CREATE TABLE IF NOT EXISTS isms_jobs (
	id      text COLLATE "C" PRIMARY KEY,
	key     text COLLATE "C" NOT NULL UNIQUE,
	kind    text NOT NULL,
	subject text NOT NULL,
	payload bytea,
	due     bigint NOT NULL, -- business time
	since   bigint NOT NULL,
	fence   bigint NOT NULL,
	attempt bigint NOT NULL,
	leased  bigint NOT NULL, -- real time
	dead    boolean NOT NULL,
	error   text NOT NULL
);
CREATE INDEX IF NOT EXISTS ismsx_jobs_due ON isms_jobs (due, id) WHERE NOT dead;
CREATE INDEX IF NOT EXISTS ismsx_jobs_dead ON isms_jobs (due, id) WHERE dead;

CREATE TABLE IF NOT EXISTS isms_messages (
	id      text COLLATE "C" PRIMARY KEY,
	person  text NOT NULL,
	case_id text NOT NULL,
	kind    text NOT NULL,
	mail    text NOT NULL,
	created bigint NOT NULL,
	open    boolean NOT NULL, -- neither read nor gone
	body    text NOT NULL
);
CREATE INDEX IF NOT EXISTS ismsx_messages_created ON isms_messages (created, id);
CREATE INDEX IF NOT EXISTS ismsx_messages_person ON isms_messages (person, created, id);
CREATE INDEX IF NOT EXISTS ismsx_messages_case ON isms_messages (case_id, created, id) WHERE case_id <> '';
CREATE INDEX IF NOT EXISTS ismsx_messages_unmailed ON isms_messages (created, id) WHERE mail = '';

CREATE TABLE IF NOT EXISTS isms_definitions (
	kind    text COLLATE "C" NOT NULL,
	key     text COLLATE "C" NOT NULL,
	version text COLLATE "C" NOT NULL,
	digest  bytea NOT NULL,
	created bigint NOT NULL,
	body    bytea,
	PRIMARY KEY (kind, key, version)
);

CREATE TABLE IF NOT EXISTS isms_registers (
	list       text COLLATE "C" NOT NULL,
	id         text COLLATE "C" NOT NULL,
	revision   bigint NOT NULL,
	valid_from bigint NOT NULL,
	valid_to   bigint NOT NULL,
	folded     text NOT NULL,
	body       text NOT NULL,
	PRIMARY KEY (list, id)
);
CREATE TABLE IF NOT EXISTS isms_register_keys (
	list text COLLATE "C" NOT NULL,
	key  text COLLATE "C" NOT NULL,
	id   text COLLATE "C" NOT NULL,
	PRIMARY KEY (list, key, id)
);
CREATE INDEX IF NOT EXISTS ismsx_register_keys_id ON isms_register_keys (list, id);
CREATE TABLE IF NOT EXISTS isms_register_history (
	list     text COLLATE "C" NOT NULL,
	id       text COLLATE "C" NOT NULL,
	revision bigint NOT NULL,
	body     text NOT NULL,
	PRIMARY KEY (list, id, revision)
);
CREATE TABLE IF NOT EXISTS isms_register_stamps (
	list text COLLATE "C" PRIMARY KEY,
	n    bigint NOT NULL
);

CREATE TABLE IF NOT EXISTS isms_documents (
	id       text COLLATE "C" PRIMARY KEY,
	revision bigint NOT NULL,
	number   text COLLATE "C" NOT NULL,
	level    bigint NOT NULL,
	class    text NOT NULL,
	parent   text NOT NULL,
	state    text NOT NULL,
	folded   text NOT NULL,
	body     text NOT NULL
);
CREATE INDEX IF NOT EXISTS ismsx_documents_number ON isms_documents (number, id);
CREATE TABLE IF NOT EXISTS isms_document_numbers (
	number   text COLLATE "C" NOT NULL,
	document text COLLATE "C" NOT NULL,
	PRIMARY KEY (number, document)
);
CREATE INDEX IF NOT EXISTS ismsx_document_numbers_document ON isms_document_numbers (document);
CREATE TABLE IF NOT EXISTS isms_document_versions (
	document text COLLATE "C" NOT NULL,
	label    text COLLATE "C" NOT NULL,
	revision bigint NOT NULL,
	seq      bigint NOT NULL,
	body     text NOT NULL,
	PRIMARY KEY (document, label)
);

CREATE TABLE IF NOT EXISTS isms_records (
	id        text COLLATE "C" PRIMARY KEY,
	filed     bigint NOT NULL,
	acl       text NOT NULL,
	draft     boolean NOT NULL,
	kind      text NOT NULL,
	number    text COLLATE "C" NOT NULL,
	form      text NOT NULL,
	type      text NOT NULL,
	year      bigint NOT NULL,
	unit      text NOT NULL,
	unit_name text NOT NULL,
	person    text NOT NULL,
	state     text NOT NULL,
	class     text NOT NULL,
	origin    text NOT NULL,
	parent    text NOT NULL,
	body      text NOT NULL
);
CREATE INDEX IF NOT EXISTS ismsx_records_filed ON isms_records (filed, id) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_acl ON isms_records (acl, filed, id) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_form ON isms_records (form, filed, id) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_unit ON isms_records (unit, filed, id) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_person ON isms_records (person, filed, id) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_number ON isms_records (number) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_parent ON isms_records (parent, filed, id) WHERE parent <> '';
CREATE TABLE IF NOT EXISTS isms_record_systems (
	system text COLLATE "C" NOT NULL,
	record text COLLATE "C" NOT NULL,
	PRIMARY KEY (system, record)
);
CREATE INDEX IF NOT EXISTS ismsx_record_systems_record ON isms_record_systems (record);
CREATE TABLE IF NOT EXISTS isms_record_files (
	digest text COLLATE "C" NOT NULL,
	record text COLLATE "C" NOT NULL,
	PRIMARY KEY (digest, record)
);
CREATE INDEX IF NOT EXISTS ismsx_record_files_record ON isms_record_files (record);
CREATE TABLE IF NOT EXISTS isms_record_people (
	record text COLLATE "C" NOT NULL,
	person text COLLATE "C" NOT NULL,
	filed  bigint NOT NULL,
	PRIMARY KEY (record, person)
);
CREATE INDEX IF NOT EXISTS ismsx_record_people_person ON isms_record_people (person, filed, record);
CREATE TABLE IF NOT EXISTS isms_record_terms (
	record text COLLATE "C" PRIMARY KEY,
	terms  tsvector NOT NULL
);
CREATE INDEX IF NOT EXISTS ismsx_record_terms ON isms_record_terms USING gin (terms);
CREATE TABLE IF NOT EXISTS isms_acls (
	id   text COLLATE "C" PRIMARY KEY,
	body text NOT NULL
);

-- Files, where the database keeps them: pieces of 1 MiB. A blob is there once
-- its row in isms_blobs is.
CREATE TABLE IF NOT EXISTS isms_blobs (
	digest  text COLLATE "C" PRIMARY KEY,
	size    bigint NOT NULL,
	written bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS isms_blob_pieces (
	digest text COLLATE "C" NOT NULL,
	n      bigint NOT NULL,
	bytes  bytea NOT NULL,
	PRIMARY KEY (digest, n)
);
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('001_first', now());
