package storage

import "github.com/ismskit/ismskit/ismskit"

// The statements nearly every action runs. They are written once for both
// databases, prepared on SQLite and sent together on PostgreSQL.

const caseColumns = `id, revision, type, version, number, subject, class, phase, outcome, step,
	applicant, applicant_name, unit, unit_name, parent, parent_row, children,
	form_values, state, extra, head_chain, head_seq, head_hash,
	created, submitted, changed, closed, due, writer`

const caseSet = `revision = ?, version = ?, subject = ?, class = ?, phase = ?, outcome = ?, step = ?,
	applicant_name = ?, unit_name = ?, parent_row = ?, form_values = ?, state = ?, extra = ?,
	head_chain = ?, head_seq = ?, head_hash = ?, submitted = ?, changed = ?, closed = ?, due = ?`

const taskColumns = `case_id, task, ord, holder, holders, type, number, subject, class, applicant, name, unit,
	parent, step, kind, waiting, body, opened, due, due_date`

const (
	jobColumns     = `id, key, kind, subject, payload, due, since, fence, attempt, leased, dead, error`
	bareJobColumns = `id, key, kind, subject, NULL, due, since, fence, attempt, leased, dead, ''`
)

var (
	caseGet = shared(`SELECT ` + caseColumns + ` FROM isms_cases WHERE id = ?`)

	// On SQLite a written column costs its indexes even where the value stays. So
	// columns with an index are first compared instead of written; only where one
	// of them did change, or the revision, is no row touched and caseMove follows.
	caseUpdate = &Statement{
		SQLite: `UPDATE isms_cases SET ` + caseSet + `
	WHERE type = ? AND number = ? AND applicant = ? AND unit = ? AND parent = ? AND created = ? AND writer = ? AND id = ? AND revision = ?`,
		Postgres:  caseMove.Postgres,
		None:      ismskit.ErrConflict,
		Otherwise: caseMove,
	}
	caseMove = must(ismskit.ErrConflict, `UPDATE isms_cases SET `+caseSet+`,
	type = ?, number = ?, applicant = ?, unit = ?, parent = ?, created = ?, writer = ? WHERE id = ? AND revision = ?`)

	taskPut = both(`INSERT INTO isms_tasks (` + taskColumns + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	// For a list of tasks SQLite would build a table each time.
	taskDrop = both(`DELETE FROM isms_tasks WHERE case_id = ? AND task = ?`)
	// As mostly: a case drops other tasks than it puts.
	taskPutApart  = &Statement{SQLite: taskPut.SQLite, Postgres: taskPut.Postgres, Apart: true}
	taskDropApart = &Statement{SQLite: taskDrop.SQLite, Postgres: taskDrop.Postgres, Apart: true}

	trailAppend = both(`INSERT INTO isms_trail (chain, seq, format, at, kind, actor, acting_for, digest, prev, hash, payload)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)

	// A job that is due, or that somebody works on, stays due since it was; the
	// fence rises, so that nobody settles what he took before. One that waits to be
	// done now, just as it would be put, is left alone: nobody has it in hand, and
	// whoever takes it will see what led to it. Where a case is signed faster than
	// its alarms are worked off, that spares a write to each signature.
	jobPut = both(`INSERT INTO isms_jobs (` + jobColumns + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, subject = excluded.subject, payload = excluded.payload,
	due = CASE WHEN NOT isms_jobs.dead AND (isms_jobs.due <= ? OR isms_jobs.leased <> ?) THEN isms_jobs.due ELSE excluded.due END,
	since = CASE WHEN NOT isms_jobs.dead AND (isms_jobs.due <= ? OR isms_jobs.leased <> ?) THEN isms_jobs.since ELSE excluded.since END,
	fence = isms_jobs.fence + 1, attempt = excluded.attempt, leased = excluded.leased, dead = excluded.dead, error = excluded.error
	WHERE isms_jobs.dead OR isms_jobs.due > ? OR isms_jobs.leased <> ? OR isms_jobs.kind <> excluded.kind
	OR isms_jobs.subject <> excluded.subject OR isms_jobs.payload IS DISTINCT FROM excluded.payload
	OR isms_jobs.attempt <> excluded.attempt OR isms_jobs.error <> excluded.error
	OR excluded.dead OR excluded.leased <> ?`)
	jobDrop = both(`DELETE FROM isms_jobs WHERE key = ? AND NOT dead`)

	// recordUpdate is to recordPut what caseUpdate is to caseMove: a record of which only
	// the state changes, as at the end of a case, costs one of its eleven indexes.
	recordUpdate = &Statement{
		SQLite: `UPDATE isms_records SET type = ?, unit_name = ?, state = ?, body = ?
	WHERE kind = ? AND year = ? AND class = ? AND origin = ? AND filed = ? AND acl = ? AND draft = ? AND number = ? AND form = ? AND unit = ? AND person = ? AND parent = ? AND id = ?`,
		Postgres:  recordPut.Postgres,
		Otherwise: recordPut,
	}
	recordPut = both(`INSERT INTO isms_records (type, unit_name, state, body, kind, year, class, origin,
	filed, acl, draft, number, form, unit, person, parent, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (id) DO UPDATE SET filed = excluded.filed, acl = excluded.acl, draft = excluded.draft, kind = excluded.kind,
	number = excluded.number, form = excluded.form, type = excluded.type, year = excluded.year, unit = excluded.unit,
	unit_name = excluded.unit_name, person = excluded.person, state = excluded.state, class = excluded.class,
	origin = excluded.origin, parent = excluded.parent, body = excluded.body`)
	recordJoin = both(`INSERT INTO isms_participants (person, filed, record) VALUES (?, ?, ?)
	ON CONFLICT (person, filed, record) DO NOTHING`)
)
