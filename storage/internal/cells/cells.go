// Package cells holds the rows of a query that has been read to its end.
package cells

import (
	"fmt"
	"reflect"
)

// Rows walks over rows in memory. A cell is nil, int64, bool, string or []byte.
type Rows struct {
	rows [][]any
	next int
}

// New returns rows before the first one.
func New(rows [][]any) *Rows { return &Rows{rows: rows} }

// Next steps to the next row; false after the last.
func (r *Rows) Next() bool {
	r.next++
	return r.next <= len(r.rows)
}

// Equal reports whether both hold the same rows, wherever they are being read.
func (r *Rows) Equal(other *Rows) bool { return reflect.DeepEqual(r.rows, other.rows) }

// Err is nil: what could fail has been read.
func (r *Rows) Err() error { return nil }

// Close does nothing.
func (r *Rows) Close() error { return nil }

// Scan copies the present row.
func (r *Rows) Scan(dest ...any) error {
	row := r.rows[r.next-1]
	if len(row) != len(dest) {
		return fmt.Errorf("storage: %d columns for %d values", len(row), len(dest))
	}
	for i, d := range dest {
		if !assign(d, row[i]) {
			return fmt.Errorf("storage: column %d: %T into %T", i, row[i], d)
		}
	}
	return nil
}

func assign(dest, cell any) bool {
	switch d := dest.(type) {
	case *string:
		return text(d, cell)
	case *[]byte:
		return bytes(d, cell)
	case *int64:
		n, ok := cell.(int64)
		*d = n
		return ok
	case *int:
		n, ok := cell.(int64)
		*d = int(n)
		return ok
	case *bool:
		switch v := cell.(type) {
		case bool:
			*d = v
			return true
		case int64:
			*d = v != 0
			return true
		}
	}
	return false
}

func text(d *string, cell any) bool {
	switch v := cell.(type) {
	case string:
		*d = v
		return true
	case []byte:
		*d = string(v)
		return true
	}
	return false
}

func bytes(d *[]byte, cell any) bool {
	switch v := cell.(type) {
	case nil:
		*d = nil
		return true
	case []byte:
		*d = v
		return true
	case string:
		*d = []byte(v)
		return true
	}
	return false
}
