package kittest

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/directory"
)

// House says what is true in the house that a Directory under test knows, so that
// CheckDirectory can ask about it. Leave out what there is not.
type House struct {
	At     time.Time // the moment asked about; zero is now
	Person string    // somebody who works there
	Left   string    // somebody who has left, or has never been in force
	Unit   string    // a unit with a head of its own
	Head   string    // who heads it
	Member string    // somebody of that unit who does not head it
	// Module and Role name a role that somebody has; RoleHolder is one of them.
	Module, Role, RoleHolder string
	// Register, Row and Field name people in a row of a list; RowPerson is one.
	Register, Row, Field, RowPerson string
}

// CheckDirectory holds an embedder's Directory to what a Kit relies on: every
// question answered in order, nobody found is no error, a leaver is not asked,
// nobody is above himself, and the same under many callers at once. The optional
// ports are held to theirs where they are implemented.
func CheckDirectory(t *testing.T, d ismskit.Directory, h House) {
	t.Helper()
	if h.At.IsZero() {
		h.At = time.Now()
	}
	c := directoryCheck{d, h}
	t.Run("answers in order", c.inOrder)
	t.Run("nobody is an answer", c.nobody)
	t.Run("people", c.people)
	t.Run("heads", c.heads)
	t.Run("groups", c.groups)
	t.Run("many callers", c.manyCallers)
	t.Run("memberships", c.memberships)
	t.Run("deputies", c.deputies)
}

type directoryCheck struct {
	d ismskit.Directory
	h House
}

func (c directoryCheck) ask(t *testing.T, questions ...directory.Question) []directory.Answer {
	t.Helper()
	for i := range questions {
		questions[i].ID, questions[i].At = fmt.Sprintf("q%d", i), c.h.At
	}
	answers, err := c.d.Resolve(t.Context(), questions)
	if err != nil {
		t.Fatal(err)
	}
	if len(answers) != len(questions) {
		t.Fatalf("%d answers to %d questions", len(answers), len(questions))
	}
	for i, a := range answers {
		if a.Question != questions[i].ID {
			t.Fatalf("answer %d is to %q, not to %q", i, a.Question, questions[i].ID)
		}
	}
	return answers
}

func (c directoryCheck) one(t *testing.T, q directory.Question) []string {
	t.Helper()
	var ids []string
	for _, h := range c.ask(t, q)[0].Holders {
		if h.Person == "" || h.Name == "" {
			t.Errorf("%s: a holder without id or name: %+v", q.Kind, h)
		}
		ids = append(ids, h.Person)
	}
	return ids
}

// everything is one question of each kind that the house can answer.
func (c directoryCheck) everything() []directory.Question {
	h := c.h
	return []directory.Question{
		{Kind: directory.KindPersonActive, Person: h.Person},
		{Kind: directory.KindPersonActive, Person: "nobody-of-this-name"},
		{Kind: directory.KindUnitHead, Unit: h.Unit},
		{Kind: directory.KindManager, Person: h.Member, Unit: h.Unit},
		{Kind: directory.KindRole, Module: h.Module, Role: h.Role},
		{Kind: directory.KindRegisterRole, Register: h.Register, Row: h.Row, Field: h.Field},
	}
}

func (c directoryCheck) inOrder(t *testing.T) {
	if answers, err := c.d.Resolve(t.Context(), nil); err != nil || len(answers) != 0 {
		t.Errorf("no question: %v, %v", answers, err)
	}
	together := c.ask(t, c.everything()...)
	for i, q := range c.everything() {
		alone := c.ask(t, q)[0]
		alone.Question = together[i].Question
		if !reflect.DeepEqual(alone, together[i]) {
			t.Errorf("%s: alone %+v, among others %+v", q.Kind, alone, together[i])
		}
	}
}

func (c directoryCheck) nobody(t *testing.T) {
	for _, q := range []directory.Question{
		{Kind: "no-such-kind"},
		{Kind: directory.KindPerson, Person: "nobody-of-this-name"},
		{Kind: directory.KindPersonActive},
		{Kind: directory.KindPost, Post: "no-such-post"},
		{Kind: directory.KindUnitHead, Unit: "no-such-unit"},
		{Kind: directory.KindManager, Person: "nobody-of-this-name"},
		{Kind: directory.KindLevelsUp, Person: "nobody-of-this-name", Levels: 2},
		{Kind: directory.KindRole, Module: "no-such-module", Role: "no-such-role"},
		{Kind: directory.KindRegisterRole, Register: "no-such-list", Row: "x", Field: "y"},
	} {
		if found := c.one(t, q); len(found) > 0 {
			t.Errorf("%s: found %v where there is nobody", q.Kind, found)
		}
	}
}

func (c directoryCheck) people(t *testing.T) {
	if found := c.one(t, directory.Question{Kind: directory.KindPersonActive, Person: c.h.Person}); !slices.Equal(found, []string{c.h.Person}) {
		t.Errorf("%s works there, and %v was found", c.h.Person, found)
	}
	if c.h.Unit != "" && c.h.Member != "" {
		q := directory.Question{Kind: directory.KindPersonActive, Person: c.h.Member, Unit: c.h.Unit}
		if found := c.one(t, q); !slices.Equal(found, []string{c.h.Member}) {
			t.Errorf("%s works in %s, and %v was found", c.h.Member, c.h.Unit, found)
		}
		if q.Unit = "no-such-unit"; len(c.one(t, q)) > 0 {
			t.Errorf("%s works elsewhere and is asked all the same", c.h.Member)
		}
	}
	if c.h.Left == "" {
		return
	}
	if found := c.one(t, directory.Question{Kind: directory.KindPersonActive, Person: c.h.Left}); len(found) > 0 {
		t.Errorf("%s has left and is asked", c.h.Left)
	}
	// What was his may still need a case in his name.
	if found := c.one(t, directory.Question{Kind: directory.KindPerson, Person: c.h.Left}); len(found) != 1 {
		t.Errorf("%s has left and is no longer known: %v", c.h.Left, found)
	}
}

func (c directoryCheck) heads(t *testing.T) {
	if c.h.Unit == "" {
		t.Skip("no unit named")
	}
	if found := c.one(t, directory.Question{Kind: directory.KindUnitHead, Unit: c.h.Unit}); !slices.Contains(found, c.h.Head) {
		t.Errorf("the head of %s is %v, not %s", c.h.Unit, found, c.h.Head)
	}
	// A head who applies himself is not asked to approve himself.
	if above := c.one(t, directory.Question{Kind: directory.KindManager, Person: c.h.Head, Unit: c.h.Unit}); slices.Contains(above, c.h.Head) {
		t.Errorf("%s is above himself", c.h.Head)
	}
	if c.h.Member == "" {
		return
	}
	manager := c.one(t, directory.Question{Kind: directory.KindManager, Person: c.h.Member, Unit: c.h.Unit})
	if !slices.Contains(manager, c.h.Head) {
		t.Errorf("above %s is %v, not %s", c.h.Member, manager, c.h.Head)
	}
	up := c.one(t, directory.Question{Kind: directory.KindLevelsUp, Person: c.h.Member, Unit: c.h.Unit, Levels: 1})
	if !slices.Equal(up, manager) {
		t.Errorf("one level up is %v, the manager %v", up, manager)
	}
}

func (c directoryCheck) groups(t *testing.T) {
	if c.h.Role != "" {
		if found := c.one(t, directory.Question{Kind: directory.KindRole, Module: c.h.Module, Role: c.h.Role}); !slices.Contains(found, c.h.RoleHolder) {
			t.Errorf("role %s/%s: %v without %s", c.h.Module, c.h.Role, found, c.h.RoleHolder)
		}
	}
	if c.h.Register != "" {
		q := directory.Question{Kind: directory.KindRegisterRole, Register: c.h.Register, Row: c.h.Row, Field: c.h.Field}
		if found := c.one(t, q); !slices.Contains(found, c.h.RowPerson) {
			t.Errorf("%s/%s/%s: %v without %s", c.h.Register, c.h.Row, c.h.Field, found, c.h.RowPerson)
		}
	}
}

func (c directoryCheck) manyCallers(t *testing.T) {
	want := c.ask(t, c.everything()...)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			questions := c.everything()
			for i := range questions {
				questions[i].ID, questions[i].At = fmt.Sprintf("q%d", i), c.h.At
			}
			got, err := c.d.Resolve(t.Context(), questions)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("beside others: %v, %v", got, err)
			}
		})
	}
	wait.Wait()
}

func (c directoryCheck) memberships(t *testing.T) {
	port, ok := c.d.(ismskit.Memberships)
	if !ok {
		t.Skip("the Directory has no Membership")
	}
	m, err := port.Membership(t.Context(), c.h.Person, c.h.At)
	if err != nil || !m.Active {
		t.Errorf("%s works there: %+v, %v", c.h.Person, m, err)
	}
	for _, gone := range []string{c.h.Left, "nobody-of-this-name"} {
		m, err := port.Membership(t.Context(), gone, c.h.At)
		if err != nil || m.Active || len(m.Roles)+len(m.Pools)+len(m.Heads) > 0 {
			t.Errorf("%q belongs to nothing: %+v, %v", gone, m, err)
		}
	}
	if c.h.Role != "" {
		m, err := port.Membership(t.Context(), c.h.RoleHolder, c.h.At)
		if err != nil || !slices.Contains(m.Roles, c.h.Module+"/"+c.h.Role) {
			t.Errorf("%s has the role: %+v, %v", c.h.RoleHolder, m, err)
		}
	}
}

func (c directoryCheck) deputies(t *testing.T) {
	port, ok := c.d.(ismskit.Deputising)
	if !ok {
		t.Skip("the Directory knows no deputies")
	}
	for _, principal := range []string{c.h.Person, c.h.Head, "nobody-of-this-name"} {
		deputies, err := port.Deputies(t.Context(), principal, c.h.At, directory.Scope{})
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range deputies {
			if d.Person == principal {
				t.Errorf("%s is his own deputy", principal)
			}
			acting, err := port.ActingFor(t.Context(), d.Person, c.h.At)
			if err != nil || !slices.ContainsFunc(acting, func(p directory.Principal) bool { return p.Person == principal }) {
				t.Errorf("%s is deputy of %s and does not find it: %+v, %v", d.Person, principal, acting, err)
			}
			// His list leaves out what is for those before him, so it must know them.
			for _, p := range acting {
				for _, before := range deputies[:i] {
					if p.Person == principal && !slices.ContainsFunc(p.Ahead, func(a directory.Ahead) bool { return a.Person == before.Person }) {
						t.Errorf("%s comes after %s as deputy of %s and is told of %+v", d.Person, before.Person, principal, p.Ahead)
					}
				}
			}
		}
	}
}
