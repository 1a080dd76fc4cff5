package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/jackc/pgx/v5"

	"github.com/ismskit/ismskit/storage"
)

// migrate brings the schema up to date, each step in a transaction of its own: what one
// step locks, others read and write again while the next one copies. The lock, whose key
// is made from the schema's name, lets servers that start at once wait for each
// other; it ends with each transaction, so that a server that dies leaves nothing
// locked and a pooler in transaction mode does no harm.
func (s *Store) migrate(ctx context.Context, how Migrate) error {
	steps, err := storage.Migrations("postgres")
	if err != nil {
		return err
	}
	if how == Check {
		return s.checkSchema(ctx, steps)
	}
	for _, step := range steps {
		if err := s.apply(ctx, step); err != nil {
			return fmt.Errorf("postgres: migrate %s: %w", step.Name, err)
		}
	}
	return nil
}

// apply runs one step unless it has been run; it notes itself.
func (s *Store) apply(ctx context.Context, step storage.Migration) (err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	h := fnv.New64a()
	h.Write([]byte("ismskit migrations " + s.schema))
	if err = simple(ctx, tx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", int64(h.Sum64()))); err != nil {
		return err
	}
	if err = s.prepareSchema(ctx, tx); err != nil {
		return err
	}
	done, err := s.applied(ctx, tx)
	if err != nil {
		return err
	}
	if !done[step.Name] {
		if err = simple(ctx, tx, step.SQL); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// simple runs a text of any number of statements.
func simple(ctx context.Context, tx *sql.Tx, text string) error {
	_, err := tx.ExecContext(ctx, text, pgx.QueryExecModeSimpleProtocol)
	return err
}

func (s *Store) prepareSchema(ctx context.Context, tx *sql.Tx) error {
	var there bool
	const look = `SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)`
	if err := tx.QueryRowContext(ctx, look, pgx.QueryExecModeSimpleProtocol, s.schema).Scan(&there); err != nil {
		return err
	}
	name := pgx.Identifier{s.schema}.Sanitize()
	text := "SET LOCAL search_path TO " + name + "; CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL)"
	if !there {
		// Asked for only where it is missing: who may not make schemas can still
		// use one that was made for him.
		text = "CREATE SCHEMA " + name + "; " + text
	}
	return simple(ctx, tx, text)
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func (s *Store) applied(ctx context.Context, db queryer) (done map[string]bool, err error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM "+s.engine.Prefix+"isms_migrations", pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	done = map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		done[name] = true
	}
	return done, rows.Err()
}

func (s *Store) checkSchema(ctx context.Context, steps []storage.Migration) error {
	done, err := s.applied(ctx, s.db)
	if err != nil && code(err) != undefinedTable && code(err) != invalidSchema {
		return fmt.Errorf("postgres: check schema: %w", err)
	}
	for _, step := range steps {
		if !done[step.Name] {
			return fmt.Errorf("%w: %s lacks %s", ErrSchema, s.schema, step.Name)
		}
	}
	return nil
}
