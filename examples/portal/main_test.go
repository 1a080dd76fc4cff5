package main

import (
	"database/sql"
	"errors"
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

// The portal's row and the case are there both or not at all.
func TestTheRowAndTheCaseAreOne(t *testing.T) {
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
	if err := db.QueryRow("SELECT count(*) FROM loans").Scan(&loans); err != nil || loans != 1 {
		t.Errorf("%d loans, %v", loans, err)
	}
}
