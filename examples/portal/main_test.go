package main

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

func TestThePortalLendsALaptop(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), postgrestest.Database(t), &out); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "loan 1 is case NB-") {
		t.Errorf("%s", out.String())
	}
}

// opened is the portal on a database of its own.
func opened(t *testing.T) *portal {
	t.Helper()
	db, err := sql.Open("pgx", postgrestest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	p, err := open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.createTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// The portal's row and the case are there both or not at all.
func TestTheRowAndTheCaseAreOne(t *testing.T) {
	p := opened(t)
	if _, err := p.lendLaptop(t.Context(), "clerk", "NB-0001", "出差"); err != nil {
		t.Fatal(err)
	}
	// The laptop is lent already: the portal's insert fails after the case was
	// opened in the same transaction.
	if _, err := p.lendLaptop(t.Context(), "clerk", "NB-0001", "出差"); err == nil {
		t.Fatal("lent twice")
	}
	// The form refuses a number that is none: the portal's row is not written.
	var invalid forms.Invalid
	if _, err := p.lendLaptop(t.Context(), "clerk", "notebook", "出差"); !errors.As(err, &invalid) {
		t.Fatalf("refused with %v", err)
	}
	todo, err := p.kit.Tasks(t.Context(), ismskit.Actor{Person: "head"}, ismskit.TodoFilter{})
	if err != nil || len(todo) != 1 || todo[0].Subject != "NB-0001" {
		t.Errorf("the head's list: %+v %v", todo, err)
	}
	var loans int
	if err := p.db.QueryRow("SELECT count(*) FROM loans").Scan(&loans); err != nil || loans != 1 {
		t.Errorf("%d loans, %v", loans, err)
	}
}

// Somebody who was entered in the same transaction is known in it, and to nobody
// outside.
func TestUsersAreReadInThePortalsOwnTransaction(t *testing.T) {
	p := opened(t)
	tx, err := p.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`INSERT INTO users VALUES ('new', '卓品妍', '辦事員', 'head')`); err != nil {
		t.Fatal(err)
	}
	joined, err := p.store.Join(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	kit, _ := p.kit.With(joined)
	loan := ismskit.Opening{Type: laptopLoan.Key, Submit: true, Values: forms.Values{"laptop": "NB-0007", "reason": "到職"}}
	if _, err := kit.Open(t.Context(), ismskit.Actor{Person: "new"}, loan); err != nil {
		t.Errorf("in the transaction: %v", err)
	}
	if _, err := p.kit.Open(t.Context(), ismskit.Actor{Person: "new"}, loan); !errors.Is(err, ismskit.ErrNotFound) && !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("outside of it: %v", err)
	}
}

// A transaction that lost to another is repeated; a refusal is not.
func TestALostTransactionIsRepeated(t *testing.T) {
	results := []error{fmt.Errorf("deadlock: %w", ismskit.ErrRetry), ismskit.ErrRetry, nil}
	tries := 0
	if err := repeated(t.Context(), func() error { tries++; return results[tries-1] }); err != nil || tries != len(results) {
		t.Errorf("%d tries, %v", tries, err)
	}
	tries = 0
	if err := repeated(t.Context(), func() error { tries++; return ismskit.ErrConflict }); !errors.Is(err, ismskit.ErrConflict) || tries != 1 {
		t.Errorf("a refusal: %d tries, %v", tries, err)
	}
	tries = 0
	if err := repeated(t.Context(), func() error { tries++; return ismskit.ErrRetry }); !errors.Is(err, ismskit.ErrRetry) || tries < 2 || tries > 10 {
		t.Errorf("always lost: %d tries, %v", tries, err)
	}
}
