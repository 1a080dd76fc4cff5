package storage

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrationFiles embed.FS

// Migration is one numbered step of the schema. Within a major version steps
// only add, so that the previous program runs on the next schema.
type Migration struct {
	Name string // "001_first"
	SQL  string
}

// MigrationFiles returns the files of one engine, "sqlite" or "postgres", as a
// database administrator runs them, in the order of their names and with the schema
// first in the search path: NNN_name.tx.up.sql, each in a transaction, in which it
// notes itself as done. NNN_name.tx.down.sql, where there is one, is for going back to
// a program that knows no step NNN.
func MigrationFiles(engine string) (fs.FS, error) {
	return fs.Sub(migrationFiles, "migrations/"+engine)
}

// Migrations returns the steps of one engine in order.
func Migrations(engine string) ([]Migration, error) {
	files, err := MigrationFiles(engine)
	if err != nil {
		return nil, fmt.Errorf("storage: migrations: %w", err)
	}
	names, err := fs.Glob(files, "*.tx.up.sql")
	if err != nil {
		return nil, fmt.Errorf("storage: migrations: %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("storage: no migrations for %q", engine)
	}
	steps := make([]Migration, 0, len(names))
	for _, name := range names { // Glob sorts
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("storage: migrations: %w", err)
		}
		steps = append(steps, Migration{Name: strings.TrimSuffix(name, ".tx.up.sql"), SQL: string(b)})
	}
	return steps, nil
}
